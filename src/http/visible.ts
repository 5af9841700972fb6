/**
 * What was typed or pasted, without the characters that nobody sees: mails, chats and documents leave zero-width spaces,
 * joiners and marks of direction in what is copied from them.
 */
export function visible(text: string): string {
  return text.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}
