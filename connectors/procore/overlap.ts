/**
 * Hours before its watermark that a source of Procore is read again. Procore gives up delivering an event after 12 hours, so a record
 * whose change was announced late is still found by the next run; the ledger knows what of it is posted.
 *
 * @source developers.procore.com, “Webhooks: delivery and retries”: undelivered events are discarded after 12 hours.
 */
export const overlapHours = 12;
