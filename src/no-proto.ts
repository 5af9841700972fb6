/**
 * Takes `__proto__` away from the objects of this process or thread, ours and the libraries': a key that comes from
 * outside, such as an app's client_id, then reaches no prototype, where one write changes every object there is.
 * The first import of everything that Node is started with (main, demo, the commands, the hashing thread), so that
 * it holds however it is started; `node --disable-proto=delete` would hold where somebody thought of it.
 */
Reflect.deleteProperty(Object.prototype, '__proto__');
