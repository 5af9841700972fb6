import type { Template } from './template.ts';

export const contactCode: Template<'contact-code'> = {
  mail: (t, { code, minutes }, { operator }) => ({
    subject: t('mail.contact-code.subject', { operator }),
    paragraphs: [t('mail.contact-code.lead', { operator }), t('mail.code.life', { minutes })],
    code,
    notYou: t('mail.not-you.code'),
  }),
  sms: (t, { code, minutes }, { operator }) => t('sms.contact-code', { operator, code, minutes }),
};
