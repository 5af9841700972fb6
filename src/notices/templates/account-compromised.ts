import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const accountCompromised: Template<'account-compromised'> = {
  mail: (t, at, site) => ({
    subject: t('mail.account-compromised.subject', { operator: site.operator }),
    paragraphs: [
      t('mail.account-compromised.lead', { operator: site.operator, when: moment(t, at) }),
      t('mail.account-compromised.next'),
    ],
    link: { href: resetAddress(site), label: t('mail.reset-link.button') },
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.account-compromised', { operator: site.operator, link: resetAddress(site) }),
};
