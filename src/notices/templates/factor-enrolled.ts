import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const factorEnrolled: Template<'factor-enrolled'> = {
  mail: (t, at, site) => ({
    subject: t('mail.factor-enrolled.subject', { operator: site.operator }),
    paragraphs: [t('mail.factor-enrolled.lead', { operator: site.operator, when: moment(t, at) })],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.factor-enrolled', { operator: site.operator, link: resetAddress(site) }),
};
