import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const factorRemoved: Template<'factor-removed'> = {
  mail: (t, at, site) => ({
    subject: t('mail.factor-removed.subject', { operator: site.operator }),
    paragraphs: [t('mail.factor-removed.lead', { operator: site.operator, when: moment(t, at) })],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.factor-removed', { operator: site.operator, link: resetAddress(site) }),
};
