import { safeWebAddress } from '../html/href.ts';
import { Layout } from '../html/layout.tsx';
import type { PageProps } from '../html/page.ts';
import type { NoticeChannel } from './kinds.ts';

/** A message as the outbox shows it. */
export interface Kept {
  readonly channel: NoticeChannel;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** The demo's mail and SMS, the newest first. */
export function OutboxPage({ messages, ...page }: PageProps & { messages: readonly Kept[] }) {
  const { t } = page;
  return (
    <Layout {...page} page="outbox" title={t('outbox.heading')} wide extra={{ styles: ['outbox.css'] }}>
      <h1>{t('outbox.heading')}</h1>
      <p class="lead">{messages.length > 0 ? t('outbox.lead') : t('outbox.empty')}</p>
      {messages.map((message) => (
        <Sent key={`${message.at}${message.to}`} {...message} />
      ))}
    </Layout>
  );
}

function Sent({ channel, to, subject, text, at }: Kept) {
  return (
    <article class="sent">
      <h2>{subject || channel.toUpperCase()}</h2>
      <p class="to">
        {channel} · {to} · <time dateTime={at}>{at.slice(0, 19).replace('T', ' ')} UTC</time>
      </p>
      <p class="text">
        {text
          .trim()
          .split(/(https?:\/\/[^\s<>"]+)/)
          .map((part, index) => (index % 2 === 1 ? <a href={safeWebAddress(part)}>{part}</a> : part))}
      </p>
    </article>
  );
}
