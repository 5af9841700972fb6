import type { ComponentChildren } from 'preact';
import { SubmitButton } from '../../html/form.tsx';
import type { Translator } from '../../html/messages.ts';

interface ConfirmOrCancelProps {
  /** Where it leads not to do it. */
  readonly action: string;
  readonly t: Translator;
  readonly class: string;
  readonly children: ComponentChildren;
}

/** Do it, or do not. */
export function ConfirmOrCancel(props: ConfirmOrCancelProps) {
  return (
    <div class="pair">
      <SubmitButton class={props.class}>{props.children}</SubmitButton>
      <a class="way" href={props.action}>
        {props.t('enrol.cancel')}
      </a>
    </div>
  );
}
