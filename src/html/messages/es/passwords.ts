import type { passwords as en } from '../en/passwords.ts';

export const passwords: Record<keyof typeof en, string> = {};
