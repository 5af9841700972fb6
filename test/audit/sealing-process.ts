import { Sealing } from '../../src/audit/sealing.ts';
import { AuditTrail } from '../../src/audit/trail.ts';
import { SealKeyStore } from '../../src/keys/seal-keys.ts';
import { Sealer } from '../../src/keys/sealer.ts';
import { createLog } from '../../src/log.ts';
import { openDatabase } from '../../src/postgres/database.ts';

// `node sealing-process.ts URL MASTER_KEY` writes rows and seals them until it is killed.
const [url = '', masterKey = ''] = process.argv.slice(2);
const settings = { url, pool_size: 4, connect_timeout: 5, query_timeout: 10 };
const db = openDatabase(settings, createLog({ level: 'silent' }));
const keys = new SealKeyStore(db, new Sealer(masterKey));
const sealing = new Sealing(db, () => keys.signer());
const trail = new AuditTrail();

async function write(): Promise<never> {
  for (;;)
    await trail.append(db, { event: 'sign-in.failed', outcome: 'failure', reason: 'unknown-user-id' }, {});
}

async function seal(): Promise<never> {
  for (;;) {
    await sealing.run();
    process.stdout.write('.');
  }
}

await Promise.all([write(), seal()]);
