/**
 * Operators' commands, a file a noun. Each says one line on a failure and exits with 1, with 2 on a mistake in
 * the call; `--json` is for programs. They act on the stores that the settings name or, in a checkout whose
 * demo runs, on the demo's.
 */
import { Command, CommanderError } from 'commander';
import { explain, Told } from './failure.ts';
import { clean } from './output.ts';
import { serviceCommands } from './service.ts';

const FAILURE = 1;
const MISUSE = 2;

interface Noun {
  readonly name: string;
  readonly description: string;
  /** Loads its verbs. */
  readonly verbs: () => Promise<(noun: Command) => void>;
}

/** What stands before the commands of the service itself, and what follows them. */
const SETTINGS: Noun = {
  name: 'config',
  description: 'the settings',
  verbs: async () => (await import('./config.ts')).configCommands,
};
const NOUNS: readonly Noun[] = [
  {
    name: 'accounts',
    description: 'the people who sign in',
    verbs: async () => (await import('./accounts.ts')).accountsCommands,
  },
  {
    name: 'practices',
    description: 'the organizations that people work for',
    verbs: async () => (await import('./practices.ts')).practicesCommands,
  },
  {
    name: 'apps',
    description: 'the apps that delegate sign-in',
    verbs: async () => (await import('./apps.ts')).appsCommands,
  },
  {
    name: 'sessions',
    description: 'who is signed in',
    verbs: async () => (await import('./sessions.ts')).sessionsCommands,
  },
  {
    name: 'notices',
    description: 'emails and text messages',
    verbs: async () => (await import('./notices.ts')).noticesCommands,
  },
  {
    name: 'keys',
    description: 'the keys that sign tokens',
    verbs: async () => (await import('./keys.ts')).keysCommands,
  },
  {
    name: 'audit',
    description: 'the audit log and its proof',
    verbs: async () => (await import('./audit.ts')).auditCommands,
  },
];

/** Runs one command; the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  // `vestibule … | head` is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    const program = await createProgram(words);
    await program.parseAsync(withIds(words), { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // commander has said it already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSE;
    if (!(error instanceof Told)) process.stderr.write(`${clean(explain(error))}\n`);
    return FAILURE;
  }
}

async function createProgram(words: readonly string[]): Promise<Command> {
  const program = new Command('vestibule')
    .description("Operators' commands of Vestibule")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .helpCommand(false);
  await addNoun(program, SETTINGS, words);
  serviceCommands(program);
  for (const noun of NOUNS) await addNoun(program, noun, words);
  return program;
}

/** All nouns behind it would make each command start twice as slowly: only what the words name is loaded. */
async function addNoun(program: Command, noun: Noun, words: readonly string[]): Promise<void> {
  const command = program.command(noun.name).description(noun.description);
  if (words.includes(noun.name)) (await noun.verbs())(command);
}

/** A session's id may begin with hyphens; without -- before it, it would be read as options. */
function withIds(words: readonly string[]): string[] {
  if (words[0] !== 'sessions' || !['end', 'show'].includes(words[1] ?? '') || words.includes('--'))
    return [...words];
  const isId = (word: string, index: number) =>
    /^-[\w-]{20,42}$/.test(word) && !/^--(?!json$|dry-run$)[a-z]/.test(words[index - 1] ?? '');
  return [...words.filter((word, index) => !isId(word, index)), '--', ...words.filter(isId)];
}
