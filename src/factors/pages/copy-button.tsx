import type { Translator } from '../../html/messages.ts';

/** Copies what stands in the element with id `of`; shows only where factors.js runs and may copy. */
export function CopyButton({ of, t }: { of: string; t: Translator }) {
  return (
    <>
      <button type="button" class="quiet" hidden data-copy={of} data-done={t('copy.done')}>
        {t('copy.copy')}
      </button>
      <span class="visually-hidden" role="status" data-copied={of} />
    </>
  );
}
