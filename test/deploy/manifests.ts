import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { Job } from 'kubernetes-models/batch/v1/Job';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '../../k8s');

/** Where each kind's model lives under kubernetes-models: also how the type check finds its interface. */
export const MODELS = {
  Deployment: { model: Deployment, path: 'apps/v1/Deployment' },
  HorizontalPodAutoscaler: { model: HorizontalPodAutoscaler, path: 'autoscaling/v2/HorizontalPodAutoscaler' },
  Job: { model: Job, path: 'batch/v1/Job' },
  Namespace: { model: Namespace, path: 'v1/Namespace' },
  NetworkPolicy: { model: NetworkPolicy, path: 'networking.k8s.io/v1/NetworkPolicy' },
  PodDisruptionBudget: { model: PodDisruptionBudget, path: 'policy/v1/PodDisruptionBudget' },
  ConfigMap: { model: ConfigMap, path: 'v1/ConfigMap' },
  Secret: { model: Secret, path: 'v1/Secret' },
  Service: { model: Service, path: 'v1/Service' },
  ServiceAccount: { model: ServiceAccount, path: 'v1/ServiceAccount' },
} as const;

export type Kind = keyof typeof MODELS;

interface Kustomization {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly resources: string[];
  readonly images: { name: string; newName: string; newTag: string }[];
  readonly configMapGenerator: { name: string; files: string[] }[];
}

export const files = readdirSync(folder).sort();
export const kustomization: Kustomization = parse(readManifest('kustomization.yaml'));

export function readManifest(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** As parsed: what is wrong with it is not known yet. */
export interface Manifest {
  readonly file: string;
  readonly content: { readonly apiVersion: string; readonly kind: Kind };
}

/** Everything that `kubectl apply -k` sends, the generated ConfigMap last, without the hash in its name. */
export function applied(): Manifest[] {
  const written = kustomization.resources.map((file) => ({ file, content: parse(readManifest(file)) }));
  const generated = kustomization.configMapGenerator.map(({ name, files: named }) => ({
    file: 'kustomization.yaml',
    content: {
      apiVersion: 'v1',
      kind: 'ConfigMap' as const,
      metadata: { name },
      data: Object.fromEntries(named.map((file) => [file, readManifest(file)])),
    },
  }));
  return [...written, ...generated];
}

/** The one applied manifest of a kind. */
export function the<K extends Kind>(kind: K): InstanceType<(typeof MODELS)[K]['model']> {
  const [found, ...more] = applied().filter(({ content }) => content.kind === kind);
  if (!found || more.length > 0) throw new Error(`${more.length + (found ? 1 : 0)} manifests of ${kind}`);
  return new MODELS[kind].model(found.content as never) as InstanceType<(typeof MODELS)[K]['model']>;
}

/** The environment of a pod's only container, with what is mounted found under `root` instead of `/`. */
export function environmentOf(pod: IPodSpec, root: string): Record<string, string> {
  const [container] = pod.containers;
  const mounts = container?.volumeMounts?.map(({ mountPath }) => mountPath) ?? [];
  const entries = container?.env?.map(({ name, value = '' }) => {
    const mounted = mounts.some((path) => value.startsWith(`${path}/`));
    return [name, mounted ? join(root, value) : value];
  });
  return Object.fromEntries(entries ?? []);
}

/** The files that a pod's volumes put into it, by their paths in the pod. */
export function filesOf(pod: IPodSpec, secrets: Readonly<Record<string, string>>): Map<string, string> {
  const found = new Map<string, string>();
  const settings = the('ConfigMap');
  for (const volume of pod.volumes ?? []) {
    const place = pod.containers[0]?.volumeMounts?.find(({ name }) => name === volume.name)?.mountPath;
    if (!place) throw new Error(`the volume ${volume.name} is not mounted`);
    const content =
      volume.configMap?.name === settings.metadata?.name ? settings.data : volume.secret && secrets;
    if (!content) throw new Error(`the volume ${volume.name} has no content`);
    for (const [name, text] of Object.entries(content)) found.set(join(place, name), String(text));
  }
  return found;
}
