import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const accountLocked: Template<'account-locked'> = {
  mail: (t, { minutes, ...at }, site) => ({
    subject: t('mail.account-locked.subject', { operator: site.operator }),
    paragraphs: [
      t('mail.account-locked.lead', { operator: site.operator, when: moment(t, at) }),
      t('mail.account-locked.wait', { minutes }),
    ],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, { minutes }, site) =>
    t('sms.account-locked', { operator: site.operator, minutes, link: resetAddress(site) }),
};
