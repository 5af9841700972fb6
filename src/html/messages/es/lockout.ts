import type { lockout as en } from '../en/lockout.ts';

export const lockout: Record<keyof typeof en, string> = {};
