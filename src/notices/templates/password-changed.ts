import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const passwordChanged: Template<'password-changed'> = {
  mail: (t, at, site) => ({
    subject: t('mail.password-changed.subject', { operator: site.operator }),
    paragraphs: [t('mail.password-changed.lead', { operator: site.operator, when: moment(t, at) })],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.password-changed', { operator: site.operator, link: resetAddress(site) }),
};
