import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

/** One instruction, its flags (`--from=build`) apart from the rest of its line. */
interface Step {
  readonly name: string;
  readonly flags: ReadonlyMap<string, string>;
  readonly text: string;
}

interface Stage {
  readonly from: string;
  readonly alias: string;
  readonly steps: Step[];
}

/** What the last stage says of itself, and the folder that stands for its root. */
export interface Image {
  readonly from: string;
  readonly root: string;
  workdir: string;
  user: string;
  stopSignal: string;
  entrypoint: string[];
  healthcheck: string[];
  readonly ports: number[];
  readonly environment: Record<string, string>;
  readonly labels: Record<string, string>;
}

/** Reads a Dockerfile's stages. Comments and continued lines as Docker has them; no heredocs. */
export function parseDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n/g, ' ');
  for (const line of lines.split('\n').filter((one) => one.trim())) {
    const [, name = '', flags = '', rest = ''] =
      /^(\w+)((?:\s+--[\w-]+=\S+)*)\s+(.*)$/.exec(line.trim()) ?? [];
    if (name === 'FROM') {
      const [from = '', , alias = ''] = rest.split(/\s+/);
      stages.push({ from, alias, steps: [] });
      continue;
    }
    const pairs = [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(
      ([, key = '', value = '']) => [key, value] as const,
    );
    stages.at(-1)?.steps.push({ name, flags: new Map(pairs), text: rest.trim() });
  }
  return stages;
}

/** Copies what .dockerignore lets through: it must refuse all and then name what goes in. */
export function copyContext(project: string, target: string): void {
  const lines = readFileSync(join(project, '.dockerignore'), 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith('#'));
  if (lines.shift() !== '*') throw new Error('.dockerignore lets in what it does not name');
  for (const line of lines) {
    const name = /^!([\w.-]+)$/.exec(line)?.[1];
    if (!name) throw new Error(`.dockerignore: ${line} is no plain name`);
    cpSync(join(project, name), join(target, name), { recursive: true });
  }
}

/**
 * Carries out a Dockerfile without an engine, each stage in a folder of its own under `target`; what is in the
 * base images is taken from this machine. Every RUN line really runs, so only relative paths are let through.
 */
export function buildImage(dockerfile: string, context: string, target: string): Image {
  const built = new Map<string, string>();
  let image: Image | undefined;
  for (const [index, stage] of parseDockerfile(dockerfile).entries()) {
    const root = join(target, stage.alias || `stage-${index}`);
    mkdirSync(root, { recursive: true });
    image = newImage(stage.from, root);
    for (const step of stage.steps) carryOut(step, image, context, built);
    built.set(stage.alias, root);
  }
  if (!image) throw new Error('the Dockerfile has no stage');
  return image;
}

function newImage(from: string, root: string): Image {
  return {
    from,
    root,
    workdir: '/',
    user: '',
    stopSignal: '',
    entrypoint: [],
    healthcheck: [],
    ports: [],
    environment: {},
    labels: {},
  };
}

function carryOut(
  { name, flags, text }: Step,
  image: Image,
  context: string,
  built: Map<string, string>,
): void {
  if (name === 'WORKDIR') {
    image.workdir = resolve(image.workdir, text);
    mkdirSync(join(image.root, image.workdir), { recursive: true });
  } else if (name === 'COPY') copy(text, image, sourceOf(flags, context, built));
  else if (name === 'RUN') run(text, image);
  else if (name === 'ENV') Object.assign(image.environment, pairsIn(text));
  else if (name === 'LABEL') Object.assign(image.labels, pairsIn(text));
  else if (name === 'USER') image.user = text;
  else if (name === 'EXPOSE') image.ports.push(...text.split(/\s+/).map(Number));
  else if (name === 'STOPSIGNAL') image.stopSignal = text;
  else if (name === 'ENTRYPOINT') image.entrypoint = JSON.parse(text);
  else if (name === 'HEALTHCHECK') image.healthcheck = JSON.parse(text.replace(/^CMD\s+/, ''));
  else throw new Error(`${name} is not known to this test`);
}

function sourceOf(flags: Step['flags'], context: string, built: Map<string, string>): string {
  const from = flags.get('from');
  const folder = from === undefined ? context : built.get(from);
  if (!folder) throw new Error(`COPY --from=${from}: no such stage`);
  return folder;
}

/** A folder's content, or a file, as COPY has it. */
function copy(text: string, image: Image, source: string): void {
  const paths = text.split(/\s+/);
  const destination = paths.pop() ?? '';
  const place = join(image.root, resolve(image.workdir, destination));
  for (const path of paths) {
    const from = join(source, path);
    if (!existsSync(from)) throw new Error(`COPY ${path}: it is not there`);
    const isFile = statSync(from).isFile();
    const into = isFile && destination.endsWith('/') ? join(place, basename(path)) : place;
    cpSync(from, into, { recursive: true, verbatimSymlinks: true });
  }
}

function run(line: string, image: Image): void {
  // The stage's root is only a folder here: an absolute path would be this machine's own.
  if (/(^|[\s'"=;&|<>])(\/|~|\.\.\/)/.test(line))
    throw new Error(`RUN with a path outside its stage: ${line}`);
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', line], {
    cwd: join(image.root, image.workdir),
    env: { ...machine(), ...image.environment },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`RUN ${line}\n${stdout}${stderr}`);
}

/** Programs and the way to the registry. What npm told its own child (npm test) would lead the inner npm here. */
function machine(): NodeJS.ProcessEnv {
  const kept =
    /^(PATH|HOME|LANG|TMPDIR|NODE_EXTRA_CA_CERTS|npm_config_(registry|cache|userconfig|cafile)|https?_proxy|no_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name)));
}

function pairsIn(text: string): Record<string, string> {
  const pairs = text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g);
  return Object.fromEntries([...pairs].map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}
