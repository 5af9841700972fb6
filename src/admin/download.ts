import { Readable } from 'node:stream';
import type { Context } from '../http/context.ts';

/** A file that is streamed, so that its length does not matter. */
export interface Download {
  readonly type: string;
  readonly name: string;
  readonly lines: AsyncIterable<string>;
}

/** Streams a file to the client; when the client goes away, the writing ends. */
export function giveFile(ctx: Context, { type, name, lines }: Download): void {
  ctx.status = 200;
  ctx.type = type;
  ctx.set('Content-Disposition', `attachment; filename="${name}"`);
  ctx.body = Readable.from(lines);
}
