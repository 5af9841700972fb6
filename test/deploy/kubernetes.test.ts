import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Secret } from 'kubernetes-models/v1/Secret';
import { parse } from 'yaml';
import { variables } from '../../src/config/variables.ts';
import { loadConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/errors.ts';
import { cookieKey, masterKeyOf } from '../support/keys.ts';
import { parseDockerfile } from './dockerfile.ts';
import {
  applied,
  environmentOf,
  files,
  filesOf,
  kustomization,
  type Manifest,
  MODELS,
  readManifest,
  the,
} from './manifests.ts';

const project = join(import.meta.dirname, '../..');
const scratch = mkdtempSync(join(tmpdir(), 'vestibule-k8s-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const deployment = the('Deployment');
const job = the('Job');
const pods = [
  { name: 'the Deployment', template: deployment.spec!.template },
  { name: 'the Job', template: job.spec!.template },
];
const server = deployment.spec!.template.spec!;
const [vestibule] = server.containers;
const example = new Secret(parse(readManifest('secret.example.yaml')));
const secrets = {
  'database-url': 'postgres://vestibule:secret@db.internal:5432/vestibule',
  'redis-url': 'rediss://:secret@redis.internal:6379/0',
  'master-key': masterKeyOf('2025a'),
  'cookie-keys': cookieKey('a'),
  'smtp-url': 'smtps://vestibule:secret@mail.internal:465',
  'twilio-auth-token': '',
  'audit-webhook-secret': '',
  'audit-webhook-authorization': '',
};

describe('every manifest', () => {
  const all: Manifest[] = [
    ...applied(),
    { file: 'secret.example.yaml', content: parse(readManifest('secret.example.yaml')) },
  ];

  test.each(all)('$file ($content.kind) is what Kubernetes takes', ({ content }) => {
    const { model } = MODELS[content.kind];
    expect(content.apiVersion).toBe(model.apiVersion);
    new model(content as never).validate();
  });

  test('has no field that Kubernetes does not know', () => {
    expect(typeMistakes(all)).toBe('');
  }, 60_000);

  test.each([
    ['a misspelt probe', 'Deployment', /readinessProbe/g, 'readynessProbe'],
    ['a port that is text', 'Deployment', /"containerPort":3000/, '"containerPort":"3000"'],
    ['a field in the wrong place', 'PodDisruptionBudget', /"selector":/, '"matchLabels":{},"selector":'],
  ])(
    'a planted mistake is found: %s',
    (_name, kind, right, wrong) => {
      const found = all.find(({ content }) => content.kind === kind);
      const text = JSON.stringify(found?.content).replace(right, wrong);
      expect(typeMistakes([{ file: 'planted.yaml', content: JSON.parse(text) }])).toMatch(/error TS/);
    },
    60_000,
  );
});

/** The manifests as TypeScript, each of its model's interface, through the compiler: what it says. */
function typeMistakes(manifests: readonly Manifest[]): string {
  const lines = manifests.flatMap(({ content }, index) => [
    `import type { I${content.kind} as I${index} } from 'kubernetes-models/${MODELS[content.kind].path}';`,
    `export const manifest${index}: I${index} = ${JSON.stringify(content)};`,
  ]);
  const folder = mkdtempSync(join(scratch, 'types-'));
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'manifests.ts'), lines.join('\n'));
  const flags = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
  const tsc = join(project, 'node_modules/.bin/tsc');
  return spawnSync(tsc, [...flags, 'manifests.ts'], { cwd: folder, encoding: 'utf8' }).stdout;
}

describe('what is applied', () => {
  test('names every file but the example of a secret, and each is there', () => {
    const used = [
      'kustomization.yaml',
      ...kustomization.resources,
      ...kustomization.configMapGenerator.flatMap((map) => map.files),
    ];
    expect([...used, 'secret.example.yaml'].sort()).toEqual(files);
    expect(kustomization).toMatchObject({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
    });
    expect(kustomization.namespace).toBe(the('Namespace').metadata?.name);
  });

  test('holds no secret', () => {
    expect(applied().filter(({ content }) => content.kind === 'Secret')).toEqual([]);
    expect(readManifest('vestibule.yaml')).not.toMatch(/secrets:|master_key|cookie_keys|url:/);
  });

  test('runs the image that the kustomization names, in the version of this package', () => {
    const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const [image] = kustomization.images;
    expect(image?.newTag).toBe(version);
    for (const { template } of pods)
      expect(template.spec?.containers.map((one) => one.image)).toEqual([image?.name]);
  });
});

describe.each(pods)('the pod of $name', ({ template }) => {
  const pod = template.spec!;
  const [container] = pod.containers;

  test('is confined: not root, nothing writable, no capability, no token', () => {
    expect(pod.containers).toHaveLength(1);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container?.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
    expect(the('ServiceAccount').automountServiceAccountToken).toBe(false);
    expect(pod.serviceAccountName).toBe(the('ServiceAccount').metadata?.name);
    expect(container?.resources?.limits).toMatchObject({ cpu: expect.anything(), memory: expect.anything() });
  });

  test('takes its secrets from files of the Secret that the group alone may read', () => {
    const volumes = pod.volumes ?? [];
    expect(volumes.map(({ configMap, secret }) => configMap?.name ?? secret?.secretName)).toEqual([
      the('ConfigMap').metadata?.name,
      example.metadata?.name,
    ]);
    expect(volumes[1]?.secret?.defaultMode).toBe(0o440);
    expect(pod.securityContext?.fsGroup).toBe(pod.securityContext?.runAsGroup);
    expect(container?.volumeMounts?.every(({ readOnly }) => readOnly)).toBe(true);
    const mounted = filesOf(pod, secrets);
    const environment = environmentOf(pod, '');
    const fromFiles = variables.filter(({ secret }) => secret).map(({ name }) => `${name}_FILE`);
    expect(Object.keys(environment).sort()).toEqual([...fromFiles, 'VESTIBULE_CONFIG'].sort());
    expect(Object.values(environment).filter((path) => !mounted.has(path))).toEqual([]);
    expect(Object.keys(example.stringData ?? {}).sort()).toEqual(Object.keys(secrets).sort());
  });

  test('its settings pass the check', () => {
    const config = configOf(secrets);
    expect(config).toMatchObject({ mode: 'production', trusted_proxies: 1, host: '0.0.0.0' });
    expect(config.database.url).toBe(secrets['database-url']);
  });

  test("the example's own values are refused", () => {
    const placeholders = example.stringData as typeof secrets;
    const wrong = () => configOf(placeholders);
    expect(wrong).toThrow(ConfigError);
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'VESTIBULE_MASTER_KEY', 'COOKIE_KEYS']) {
      expect(wrong).toThrow(name);
    }
  });

  /** The settings that the pod would start with. */
  function configOf(given: typeof secrets) {
    const root = mkdtempSync(join(scratch, 'pod-'));
    for (const [path, text] of filesOf(pod, given)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    }
    return loadConfig({ mode: 'production', environment: environmentOf(pod, root) });
  }
});

describe('the parts fit together:', () => {
  const labels = deployment.spec!.template.metadata?.labels ?? {};

  test("every selector finds the server's pods, and only those", () => {
    const selectors = [
      deployment.spec!.selector.matchLabels,
      the('Service').spec?.selector,
      the('PodDisruptionBudget').spec?.selector?.matchLabels,
      ...(server.topologySpreadConstraints ?? []).map(({ labelSelector }) => labelSelector?.matchLabels),
    ];
    expect(selectors).toHaveLength(5);
    for (const selector of selectors) {
      expect(matches(selector, labels)).toBe(true);
      expect(matches(selector, job.spec!.template.metadata?.labels)).toBe(false);
    }
    const policy = the('NetworkPolicy').spec?.podSelector?.matchLabels;
    for (const { template } of pods) expect(matches(policy, template.metadata?.labels)).toBe(true);
  });

  test('ports are those of the settings and of the image, and every name of one is known', () => {
    const config = loadConfig({
      mode: 'production',
      environment: {},
      overrides: { ...parse(readManifest('vestibule.yaml')), ...storesAndSecrets },
    });
    const ports = new Map(vestibule?.ports?.map(({ name, containerPort }) => [name, containerPort]));
    expect(Object.fromEntries(ports)).toEqual({ http: config.port, operations: config.operations.port });
    // Probes come from the node: on loopback they would find nobody.
    expect(config.operations.host).toBe('0.0.0.0');
    const exposed = parseDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))
      .at(-1)
      ?.steps.find(({ name }) => name === 'EXPOSE');
    expect(exposed?.text.split(' ').map(Number)).toEqual([...ports.values()]);
    expect(the('Service').spec?.ports?.map(({ targetPort }) => targetPort)).toEqual(['http']);
    const open = the('NetworkPolicy').spec?.ingress?.flatMap((rule) => rule.ports?.map(({ port }) => port));
    expect(open).toEqual(['http', 'operations']);
    const annotations = deployment.spec!.template.metadata?.annotations ?? {};
    expect(annotations['prometheus.io/port']).toBe(String(config.operations.port));
  });

  test('probes ask the operations port, and none of them about the stores: no probe mends those', () => {
    const asked = [vestibule?.startupProbe, vestibule?.livenessProbe, vestibule?.readinessProbe].map(
      (probe) => probe?.httpGet,
    );
    expect(asked).toEqual(['/live', '/live', '/ready'].map((path) => ({ path, port: 'operations' })));
  });

  test('a pod may drain to its end before it is killed', () => {
    const wait = vestibule?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    const { drain } = loadConfig({
      mode: 'production',
      environment: {},
      overrides: { ...parse(readManifest('vestibule.yaml')), ...storesAndSecrets },
    });
    expect(wait).toBeGreaterThan(0);
    // Requests, then jobs: each has the grace.
    expect(server.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(wait + 2 * drain.grace + 5);
  });

  test('the autoscaler owns the number of replicas, never below two, and the budget lets one go', () => {
    const { spec } = the('HorizontalPodAutoscaler');
    expect(spec.scaleTargetRef).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: deployment.metadata?.name,
    });
    expect(deployment.spec?.replicas).toBeUndefined();
    expect(spec.minReplicas).toBeGreaterThanOrEqual(2);
    expect(vestibule?.resources?.requests).toHaveProperty('cpu');
    expect(the('PodDisruptionBudget').spec?.maxUnavailable).toBe(1);
    const pool = parse(readManifest('vestibule.yaml')).database.pool_size;
    const surge = Number(deployment.spec?.strategy?.rollingUpdate?.maxSurge);
    // PostgreSQL's own default of 100, of which three are kept for superusers.
    expect((spec.maxReplicas + surge) * (pool + 4 + 3)).toBeLessThanOrEqual(97);
  });

  test('pods reach names, stores and public apps, never a metadata service', () => {
    const egress = the('NetworkPolicy').spec?.egress ?? [];
    expect(egress.flatMap(({ ports }) => ports?.map(({ port }) => port))).toEqual([
      ...[53, 53, 5432, 6379, 465, 587, 443],
    ]);
    const blocks = egress.flatMap(({ to }) => to ?? []).flatMap(({ ipBlock }) => ipBlock ?? []);
    const everywhere = blocks.filter(({ cidr }) => /\/0$/.test(cidr));
    expect(everywhere).toHaveLength(4);
    for (const { cidr, except } of everywhere) {
      expect(except).toContain(cidr === '::/0' ? 'fe80::/10' : '169.254.0.0/16');
    }
    const apps = blocks.slice(-2);
    expect(apps.find(({ cidr }) => cidr === '::/0')?.except).toContain('fc00::/7');
    expect(apps.find(({ cidr }) => cidr === '0.0.0.0/0')?.except).toContain('10.0.0.0/8');
  });
});

const storesAndSecrets = {
  database: { ...parse(readManifest('vestibule.yaml')).database, url: secrets['database-url'] },
  redis: { url: secrets['redis-url'] },
  secrets: { master_key: secrets['master-key'], cookie_keys: [secrets['cookie-keys']] },
};

function matches(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): boolean {
  const entries = Object.entries(selector ?? {});
  return entries.length > 0 && entries.every(([name, value]) => labels?.[name] === value);
}
