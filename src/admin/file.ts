import { Readable } from 'node:stream';
import type { Context } from '../http/context.ts';
import type { Download } from './operation.ts';

/** Answers with a file as it is written; whoever goes away ends the writing. */
export function giveFile(ctx: Context, { type, name, lines }: Download): void {
  ctx.status = 200;
  ctx.type = type;
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
  ctx.body = Readable.from(lines);
}
