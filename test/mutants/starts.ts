import { startPortal } from '../support/portal.ts';

// Whether the service starts at all, as every test that asks it something needs.

const portal = await startPortal();
await portal.stop();
