import type { Template } from './template.ts';

export const resetLink: Template<'reset-link'> = {
  mail: (t, { link, minutes }, { operator }) => ({
    subject: t('mail.reset-link.subject', { operator }),
    paragraphs: [t('mail.reset-link.lead', { operator }), t('mail.link.life', { minutes })],
    link: { href: link, label: t('mail.reset-link.button') },
    notYou: t('mail.not-you.link'),
  }),
  sms: (t, { link, minutes }, { operator }) => t('sms.reset-link', { operator, link, minutes }),
};
