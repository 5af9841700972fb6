import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const contactRestored: Template<'contact-restored'> = {
  mail: (t, at, site) => ({
    subject: t('mail.contact-restored.subject', { operator: site.operator }),
    paragraphs: [t('mail.contact-restored.lead', { operator: site.operator, when: moment(t, at) })],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.contact-restored', { operator: site.operator, link: resetAddress(site) }),
};
