import { moment, resetAddress, type Template, wasNotYou } from './template.ts';

export const newDevice: Template<'new-device'> = {
  mail: (t, { device, ...at }, site) => ({
    subject: t('mail.new-device.subject', { operator: site.operator }),
    paragraphs: [t('mail.new-device.lead', { operator: site.operator, device, when: moment(t, at) })],
    notYou: wasNotYou(t, site),
  }),
  sms: (t, _at, site) => t('sms.new-device', { operator: site.operator, link: resetAddress(site) }),
};
