import { describe, expect, test } from '@jest/globals';
import createError from 'http-errors';
import { AppError, classify, errorCodes } from '../src/errors.ts';

describe('classify', () => {
  test('an AppError stays itself, wrapped or not', () => {
    const error = new AppError('store-away');
    expect(classify(error)).toBe(error);
    expect(classify(new Error('query failed', { cause: new Error('deeper', { cause: error }) }))).toBe(error);
  });

  test.each([
    [400, 'bad-request'],
    [403, 'not-permitted'],
    [404, 'not-found'],
    [405, 'method-not-allowed'],
    [413, 'payload-too-large'],
    [415, 'bad-request'],
    [500, 'internal'],
    [503, 'busy'],
  ])('an http-errors %i becomes %s and its message stays inside', (status, code) => {
    const error = classify(createError(status, 'private detail'));
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('private detail');
    expect(error.cause).toMatchObject({ message: 'private detail' });
  });

  test.each([[undefined], [null], ['text'], [42], [new Error('x')], [{ status: 'no' }], [Symbol('s')]])(
    '%p thrown is internal',
    (thrown) => {
      expect(classify(thrown)).toMatchObject({ code: 'internal', status: 500, cause: thrown });
    },
  );

  test('a cause that points to itself does not hang', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(classify(error).code).toBe('internal');
  });

  test('a peer that broke off is no failure of ours, a store that did is', () => {
    expect(classify(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })).status).toBe(400);
    expect(classify(Object.assign(new Error('read'), { code: 'ECONNRESET', syscall: 'read' })).status).toBe(
      500,
    );
  });
});

test('every code has a status, a sentence, and 429 and 503 say when to come back', () => {
  for (const code of errorCodes) {
    const error = new AppError(code);
    expect(error.statusCode).toBe(error.status);
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.retryAfter !== undefined).toBe(error.status === 503 || error.status === 429);
  }
});
