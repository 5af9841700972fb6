import type { NoticeChannel } from './kinds.ts';

/** Enough of an address for an operator to recognise it, too little to write to it. */
export function masked(channel: NoticeChannel, to: string): string {
  if (channel === 'sms') return `•••${to.slice(-2)}`;
  const at = to.lastIndexOf('@');
  return at < 1 ? '•••' : `${to.slice(0, 1)}•••${to.slice(at)}`;
}
