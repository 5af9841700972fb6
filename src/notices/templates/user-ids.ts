import type { Template } from './template.ts';

export const userIds: Template<'user-ids'> = {
  mail: (t, { userIds, link }, { operator }) => ({
    subject: t('mail.user-ids.subject', { operator }),
    paragraphs: [t('mail.user-ids.lead', { operator, count: userIds.length })],
    items: userIds,
    link: { href: link, label: t('mail.user-ids.button') },
    notYou: t('mail.not-you.user-ids'),
  }),
  sms: (t, { userIds, link }, { operator }) =>
    t('sms.user-ids', { operator, users: userIds.join(', '), count: userIds.length, link }),
};
