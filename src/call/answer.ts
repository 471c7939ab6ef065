/** What a call is answered with, and what it leaves to be done. */

/**
 * Something that a call has brought about and that is not its own to go on with: whoever made the call sees to it, or
 * tells of it, when the call is committed.
 */
export type Effect =
  /** Versions of a bucket wait to be replicated that did not before. */
  | { readonly kind: 'replication-queued'; readonly bucket: string }
  /** A user or role is gone, and may have been the last who could manage a key. */
  | { readonly kind: 'principal-deleted'; readonly principal: DeletedPrincipal };

export interface DeletedPrincipal {
  readonly kind: 'user' | 'role';
  readonly name: string;
  /** The unique id that the policies of others have it by. */
  readonly id: string;
}

/** What a call that succeeded is answered with. */
export interface Answer<O> {
  readonly output: O;
  /** The one of its record. */
  readonly requestId: string;
  readonly effects: readonly Effect[];
}
