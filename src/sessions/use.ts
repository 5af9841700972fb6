/** What says that somebody is at work in a session; the ledger keeps the last one. */
export const USES = ['authorize', 'launcher', 'refresh', 'activity', 'stay'] as const;

export interface Use {
  readonly by: (typeof USES)[number];
  /** The client_id that it came by; our own pages have one too. */
  readonly app?: string | undefined;
}
