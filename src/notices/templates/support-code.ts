import type { Template } from './template.ts';

export const supportCode: Template<'support-code'> = {
  mail: (t, { code, minutes }, { operator, support }) => ({
    subject: t('mail.support-code.subject', { operator }),
    paragraphs: [t('mail.support-code.lead', { operator }), t('mail.code.life', { minutes })],
    code,
    notYou: t('mail.not-you.support-code', { support }),
  }),
  sms: (t, { code, minutes }, { operator }) => t('sms.support-code', { operator, code, minutes }),
};
