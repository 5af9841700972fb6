/**
 * What was typed or pasted, without invisible characters: mails, chats and documents leave zero-width spaces,
 * joiners and direction marks in copied text.
 */
export function visible(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}
