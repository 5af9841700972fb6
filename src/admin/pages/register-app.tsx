import { Checkbox, Field, Form, SubmitButton } from '../../html/form.tsx';
import type { MessageId, Translator } from '../../html/messages.ts';
import { Select } from '../../html/select.tsx';
import { AdminLayout, type AdminPageProps } from './admin-page.tsx';
import { Textarea } from './textarea.tsx';

interface RegisterAppPageProps extends AdminPageProps {
  /** As it was typed. */
  readonly form: Readonly<Record<string, string>>;
  readonly mistakes: readonly { readonly field: string; readonly detail: string }[];
  /** The app that is changed; its client_id stays. */
  readonly changed?: string | undefined;
  readonly action: string;
}

/** Fields of one line, each with what it is for: what the app is called, and what comes after its addresses. */
const NAMES = [
  ['client_name', 'admin-register.client_name', 'admin-register.client_name-hint'],
  ['description', 'admin-register.description', 'admin-register.description-hint'],
] as const satisfies readonly (readonly [string, MessageId, MessageId])[];
const LINES = [
  ['start_uri', 'admin-register.start_uri', 'admin-register.start_uri-hint'],
  ['initiate_login_uri', 'admin-register.initiate_login_uri', 'admin-register.initiate_login_uri-hint'],
  [
    'backchannel_logout_uri',
    'admin-register.backchannel_logout_uri',
    'admin-register.backchannel_logout_uri-hint',
  ],
  ['scope', 'admin-register.scope', 'admin-register.scope-hint'],
  ['roles', 'admin-register.roles', 'admin-register.roles-hint'],
  ['fresh', 'admin-register.fresh', 'admin-register.fresh-hint'],
] as const satisfies readonly (readonly [string, MessageId, MessageId])[];

const OTHERS: ReadonlyMap<string, MessageId> = new Map([
  ['client_id', 'admin-apps.client-id'],
  ['kind', 'admin-apps.kind'],
  ['token_endpoint_auth_method', 'admin-register.method'],
  ['redirect_uris', 'admin-register.redirect_uris'],
  ['post_logout_redirect_uris', 'admin-register.post_logout_redirect_uris'],
]);

/** Registers an app field by field, or changes one. */
export function RegisterAppPage(props: RegisterAppPageProps) {
  const { t, form, mistakes, csrf, action, changed } = props;
  const wrong = (name: string) => mistakes.some(({ field }) => field === name);
  const [first] = mistakes;
  const error = first && {
    message: mistakes.map(({ field, detail }) => `${labelOf(field, t)}: ${detail}`).join('; '),
    field: first.field,
  };
  return (
    <AdminLayout
      {...props}
      name="admin-register-app"
      here="/admin/apps"
      heading={t(changed ? 'admin-register.change-heading' : 'admin-apps.register')}
      lead={t('admin-register.lead')}
      error={error}
    >
      <section class="panel">
        <Form action={action} csrf={csrf}>
          <Lines lines={NAMES} {...props} />
          {!changed && (
            <Field
              name="client_id"
              label={t('admin-apps.client-id')}
              hint={t('admin-register.client_id-hint')}
              value={form.client_id ?? ''}
              invalid={wrong('client_id')}
              autocomplete="off"
              verbatim
            />
          )}
          <Kinds {...props} />
          <Lists {...props} />
          <Lines lines={LINES} {...props} />
          <Checkbox name="refresh" label={t('admin-register.refresh')} checked={form.refresh === 'yes'} />
          <Checkbox
            name="first_party"
            label={t('admin-register.first_party')}
            checked={form.first_party === 'yes'}
          />
          <Checkbox
            name="second_factor"
            label={t('admin-register.second_factor')}
            checked={form.second_factor === 'yes'}
          />
          <SubmitButton>{t(changed ? 'account.save' : 'admin-apps.register')}</SubmitButton>
        </Form>
      </section>
    </AdminLayout>
  );
}

function Lines({ lines, t, form, mistakes }: RegisterAppPageProps & { lines: typeof NAMES | typeof LINES }) {
  return (
    <>
      {lines.map(([name, label, hint]) => (
        <Field
          key={name}
          name={name}
          label={t(label)}
          hint={t(hint)}
          value={form[name] ?? ''}
          invalid={mistakes.some(({ field }) => field === name)}
          autocomplete="off"
          verbatim
        />
      ))}
    </>
  );
}

/** A field's label; for one that this form does not have, its name. */
function labelOf(field: string, t: Translator): string {
  const label = [...NAMES, ...LINES].find(([name]) => name === field)?.[1] ?? OTHERS.get(field);
  return label ? t(label) : field;
}

function Kinds({ t, form }: RegisterAppPageProps) {
  return (
    <>
      <Select
        name="kind"
        label={t('admin-apps.kind')}
        value={form.kind ?? 'web'}
        groups={[
          {
            options: [
              ['web', t('admin-register.web')],
              ['native', t('admin-register.native')],
              ['program', t('admin-register.program')],
            ],
          },
        ]}
      />
      <Select
        name="token_endpoint_auth_method"
        label={t('admin-register.method')}
        value={form.token_endpoint_auth_method ?? 'client_secret_basic'}
        groups={[
          {
            options: [
              ['client_secret_basic', t('admin-register.basic')],
              ['client_secret_post', t('admin-register.post')],
              ['none', t('admin-register.none')],
            ],
          },
        ]}
      />
    </>
  );
}

function Lists({ t, form, mistakes }: RegisterAppPageProps) {
  const wrong = (name: string) => mistakes.some(({ field }) => field === name);
  return (
    <>
      <Textarea
        name="redirect_uris"
        label={t('admin-register.redirect_uris')}
        hint={t('admin-register.redirect_uris-hint')}
        value={form.redirect_uris}
        rows={3}
        invalid={wrong('redirect_uris')}
      />
      <Textarea
        name="post_logout_redirect_uris"
        label={t('admin-register.post_logout_redirect_uris')}
        hint={t('admin-register.post_logout_redirect_uris-hint')}
        value={form.post_logout_redirect_uris}
        rows={2}
        invalid={wrong('post_logout_redirect_uris')}
      />
    </>
  );
}
