/**
 * Operators' commands, a file a noun. Each says one line on a failure and exits with 1, with 2 on a mistake in
 * the call; `--json` is for programs. They act on the stores that the settings name or, in a checkout whose
 * demo runs, on the demo's.
 */
import { Command, CommanderError } from 'commander';
import { accountsCommands } from './accounts.ts';
import { appsCommands } from './apps.ts';
import { auditCommands } from './audit.ts';
import { configCommands } from './config.ts';
import { explain, Told } from './failure.ts';
import { keysCommands } from './keys.ts';
import { noticesCommands } from './notices.ts';
import { clean } from './output.ts';
import { practicesCommands } from './practices.ts';
import { serviceCommands } from './service.ts';
import { sessionsCommands } from './sessions.ts';

const FAILURE = 1;
const MISUSE = 2;

/** Runs one command; the exit code. */
export async function run(words: readonly string[]): Promise<number> {
  // `vestibule … | head` is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await createProgram().parseAsync(withIds(words), { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // commander has said it already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : MISUSE;
    if (!(error instanceof Told)) process.stderr.write(`${clean(explain(error))}\n`);
    return FAILURE;
  }
}

function createProgram(): Command {
  const program = new Command('vestibule')
    .description("Operators' commands of Vestibule")
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll('\n', ' ')}\n`) })
    .helpCommand(false);
  configCommands(program);
  serviceCommands(program);
  accountsCommands(program);
  practicesCommands(program);
  appsCommands(program);
  sessionsCommands(program);
  noticesCommands(program);
  keysCommands(program);
  auditCommands(program);
  return program;
}

/** A session's id may begin with hyphens; without -- before it, it would be read as options. */
function withIds(words: readonly string[]): string[] {
  if (words[0] !== 'sessions' || !['end', 'show'].includes(words[1] ?? '') || words.includes('--'))
    return [...words];
  const isId = (word: string, index: number) =>
    /^-[\w-]{20,42}$/.test(word) && !/^--(?!json$|dry-run$)[a-z]/.test(words[index - 1] ?? '');
  return [...words.filter((word, index) => !isId(word, index)), '--', ...words.filter(isId)];
}
