import { isMainThread } from 'node:worker_threads';

// `node --import` of a service process: its clock jumps when portal.advance says so, and the answer says that it
// has. JavaScript, since each of hundreds of processes loads it: to strip types would cost every one 40 ms.
// The threads that hash passwords inherit the flag, and have no channel.
if (isMainThread && process.channel) {
  const { clock } = await import('../../dist/clock.js');
  process.on('message', (ms) => {
    clock.advance(ms);
    process.send('moved');
  });
  // Without this a process would go on for the listener's sake, which would end if nobody could move its clock.
  process.channel.unref();
}
