import type { ComponentChildren } from 'preact';
import { SubmitButton } from '../../html/form.tsx';
import type { Translator } from '../../html/messages.ts';

interface ConfirmOrCancelProps {
  /** Where the link leads. */
  readonly action: string;
  readonly t: Translator;
  readonly class: string;
  readonly children: ComponentChildren;
}

/** The button that confirms, and the link that cancels. */
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
