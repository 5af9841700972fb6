import type { Brand } from './brand.ts';
import type { Translator } from './messages.ts';

/** Whom to ask: the operator's own words, with the number and the address to press. */
export function Support({ brand, t }: { brand: Brand; t: Translator }) {
  const { text, phone, url } = brand.support;
  const at = phone ? text.indexOf(phone.text) : -1;
  return (
    <>
      <span class="support">
        {phone && at >= 0 ? (
          <>
            {text.slice(0, at)}
            <a href={phone.href}>{phone.text}</a>
            {text.slice(at + phone.text.length)}
          </>
        ) : (
          <>
            {text}
            {phone && (
              <>
                {' '}
                <a href={phone.href}>{phone.text}</a>
              </>
            )}
          </>
        )}
      </span>
      {url && <a href={url}>{t('footer.support')}</a>}
    </>
  );
}
