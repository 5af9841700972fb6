import { expect, test } from '@jest/globals';
import { Clock } from '../src/clock.ts';

const MINUTE = 60_000;

test('it goes as the machine does, and what waits runs in time', async () => {
  const clock = new Clock();
  const [date, begun] = [clock.now(), clock.monotonic()];
  expect(Math.abs(date - Date.now())).toBeLessThan(1000);
  await clock.wait(30);
  expect(clock.monotonic() - begun).toBeGreaterThan(25);
  expect(clock.monotonic() - begun).toBeLessThan(MINUTE);
});

test('a jump moves the date and the time, and what is due runs before it ends, in order and at its time', () => {
  const clock = new Clock();
  const [date, begun] = [clock.now(), clock.monotonic()];
  const ran: string[] = [];
  const run = (name: string) => () => ran.push(`${name} ${Math.round((clock.monotonic() - begun) / MINUTE)}`);
  clock.after(3 * MINUTE, run('third'));
  clock.after(1 * MINUTE, run('first'));
  clock.after(2 * MINUTE, () => {
    run('second')();
    clock.after(2 * MINUTE, run('of the second'));
    clock.after(5 * MINUTE, run('never')).cancel();
  });
  const never = clock.after(1 * MINUTE, run('never'));
  never.cancel();
  clock.advance(4.5 * MINUTE);
  expect(ran).toEqual(['first 1', 'second 2', 'third 3', 'of the second 4']);
  expect(Math.round(((clock.monotonic() - begun) / MINUTE) * 10)).toBe(45);
  expect(Math.round(((clock.now() - date) / MINUTE) * 10)).toBe(45);
});

test('what still waits after a jump has only the rest of its time to wait', async () => {
  const clock = new Clock();
  const waited = clock.wait(MINUTE);
  clock.advance(MINUTE - 20);
  await waited;
});

test('what ran for a jump does not run again', async () => {
  const clock = new Clock();
  let runs = 0;
  clock.after(10, () => {
    runs += 1;
  });
  clock.advance(MINUTE);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(runs).toBe(1);
});
