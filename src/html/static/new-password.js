// Says while typing how good a new password is. It never blocks and sends nothing; the server decides.

const SIGNS = { letters: /\p{L}/u, numbers: /\p{N}/u, symbols: /[^\p{L}\p{N}\p{M}\s]/u };
// The server knows 49,000; these few are what most people try.
const COMMON = /pass?word|contrasena|qwerty|12345|abc123|letmein|welcome|iloveyou|admin|(.{1,4}?)\1{2,}/g;
const SHORTEST_USER_ID = 4;
const FEW_CHARACTERS = 6;
const STRONG = 20;
// ms without a key before the words are said: a screen reader must not speak over each letter.
const PAUSE = 500;

for (const meter of document.querySelectorAll('[data-meter]')) setUp(meter);

function setUp(meter) {
  const field = meter.closest('.new-password').querySelector('[data-password] input');
  const bar = meter.querySelector('meter');
  const words = meter.querySelector('p');
  let timer;
  const say = (text) => {
    if (words.textContent !== text) words.textContent = text;
  };
  const judge = () => {
    clearTimeout(timer);
    meter.hidden = field.value === '';
    const verdict = field.value === '' ? { value: 0, text: '' } : judgement(field, meter.dataset);
    bar.value = verdict.value;
    timer = setTimeout(say, PAUSE, verdict.text);
  };
  field.addEventListener('input', judge);
  // The user ID is chosen on the same page, perhaps after the password.
  field.form.elements.user_id?.addEventListener('input', judge);
}

function judgement(field, rules) {
  const password = field.value.normalize('NFKC');
  const length = [...password].length;
  const [minimum, maximum] = [Number(rules.minimum), Number(rules.maximum)];
  const more = minimum - length;
  if (more === 1) return { value: 1, text: rules.shortOne };
  if (more > 1) return { value: 1, text: rules.short.replace('#', more) };
  if (length > maximum) return { value: 1, text: rules.long };
  const missing = rules.kinds.split(' ').filter((kind) => kind && !SIGNS[kind].test(password));
  if (missing.length > 0) {
    return { value: 2, text: rules.missing.replace('#', missing.map((kind) => rules[kind]).join(', ')) };
  }
  const folded = fold(password);
  const { user_id: typed, username: given } = field.form.elements;
  const userId = fold((typed ?? given)?.value ?? '').trim();
  if (userId.length >= SHORTEST_USER_ID && lengthWithout(folded, userId) < minimum) {
    return { value: 2, text: rules.userId };
  }
  const plain = [...folded.replace(COMMON, '')].length < Math.min(minimum, length);
  if (plain || new Set(folded).size < FEW_CHARACTERS) return { value: 2, text: rules.simple };
  return length < STRONG ? { value: 3, text: rules.good } : { value: 4, text: rules.strong };
}

function fold(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function lengthWithout(text, part) {
  return text.includes(part) ? [...text.replaceAll(part, '')].length : Number.POSITIVE_INFINITY;
}
