import { afterAll, beforeAll, test } from '@jest/globals';
import { type Portal, startPortal } from '../support/portal.ts';
import { send } from '../support/visitor.ts';
import { FragileStores } from './fragile-stores.ts';
import { askings, collect } from './holdings.ts';
let stores: FragileStores; let portal: Portal;
beforeAll(async () => { stores = await FragileStores.start(); portal = await startPortal({ ...stores.urls, processes: 2 }); });
afterAll(async () => { await portal?.stop(); await stores?.stop(); });
const out = (s: string) => process.stdout.write(s + '\n');
for (const store of ['redis', 'postgres'] as const) for (const how of ['freeze', 'kill'] as const)
test(`${store} ${how}`, async () => {
  const h = await collect(portal);
  out(`== ${store} ${how}`);
  await (how === 'freeze' ? stores.freeze(store) : stores.kill(store));
  const list = askings(h);
  for (const n of [1, 20]) {
    const t0 = performance.now();
    const results = await Promise.all(list.flatMap((a) => Array.from({length: n}, async () => {
      const t = performance.now();
      const r = await a.send();
      return { a, ms: performance.now() - t, r };
    })));
    for (const a of list) {
      const mine = results.filter((x) => x.a === a);
      const kinds = new Map<string, number>();
      for (const m of mine) { const k = `${m.r.status} ra=${m.r.headers.get('retry-after')} ${m.r.headers.get('content-type')} ${/error-code">([^<]*)/.exec(m.r.body)?.[1] ?? m.r.body.slice(0,150)} loc=${m.r.headers.get('location')} sc=${m.r.headers.getSetCookie()}`; kinds.set(k, (kinds.get(k) ?? 0) + 1); }
      out(`${a.name} max ${Math.round(Math.max(...mine.map((m) => m.ms)))} ` + [...kinds].map(([k, c]) => `${c}x ${k}`).join(' | '));
    }
    out(`all ${Math.round(performance.now() - t0)}`);
  }
  for (const p of ['/.well-known/openid-configuration', '/oidc/jwks', '/assets/site.css']) { const t = performance.now(); const r = await send(portal, p); out(`${p} ${r.status} ${Math.round(performance.now() - t)}`); }
  for (const p of portal.operationsPorts) for (const path of ['live', 'ready']) { const t = performance.now(); const r = await fetch(`http://127.0.0.1:${p}/${path}`); out(`${path} ${r.status} ${await r.text()} ${Math.round(performance.now() - t)}`); }
  if (how === 'freeze') stores.thaw(); else await stores.restart(store);
  const back = performance.now();
  for (const p of portal.operationsPorts) for (;;) { if ((await fetch(`http://127.0.0.1:${p}/ready`)).status === 200) break; await new Promise((r) => setTimeout(r, 20)); }
  out(`ready after ${Math.round(performance.now() - back)}`);
  for (const a of askings(h)) { const r = await a.send(); out(`after ${Math.round(performance.now() - back)} ${a.name} ${r.status} ${r.headers.get('location')} ${r.status >= 400 ? /error-code">([^<]*)/.exec(r.body)?.[1] ?? r.body.slice(0,150): ''}`); }
});
