import type { factors as en } from '../en/factors.ts';

export const factors: Record<keyof typeof en, string> = {};
