/** What people are told. Plain text: every channel escapes it in its own way. */
export interface Message {
  /** One line, up to 99 characters. */
  readonly subject: string;
  /** Lines of plain text. */
  readonly body: string;
  /** The same for every message about one turn of one incident. */
  readonly deduplicationKey: string;
  /** How urgent: `page` wants a human now, `info` does not. */
  readonly urgency: 'page' | 'info';
}
