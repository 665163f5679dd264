/**
 * Every error code, with its kind (what the engine does), its reason class (how history groups it) and a default hint
 * (what the analyst can do). Codes are `area.problem` and permanent. Keep each area together and sorted.
 */

/** What the engine does with it: see the error model in the documentation. */
export type ErrorKind = 'config' | 'auth' | 'mapping' | 'rejected' | 'transient' | 'conflict' | 'cancelled' | 'defect';

/** How run history groups causes. */
export type ReasonClass =
  | 'mapping'
  | 'period'
  | 'duplicate'
  | 'vendor'
  | 'permission'
  | 'connection'
  | 'rateLimit'
  | 'data'
  | 'approval'
  | 'internal'
  | 'unknown';

/** One row of the catalogue. */
export interface CatalogueEntry {
  kind: ErrorKind;
  reason: ReasonClass;
  hint: string;
}

const entry = (kind: ErrorKind, reason: ReasonClass, hint: string): CatalogueEntry => ({ kind, reason, hint });

/** The catalogue itself. */
export const catalogue = {
  // approval of posting sheets
  'approval.notShown': entry(
    'rejected',
    'approval',
    'Make a dry run: its posting sheet shows the record as it is now. Post from there.',
  ),
  'approval.required': entry('config', 'approval', 'Make a dry run, look at its posting sheet and post from there.'),
  'approval.stale': entry('conflict', 'approval', 'Make a fresh dry run and post from its posting sheet.'),

  // check node
  'check.closedPeriod': entry('rejected', 'period', 'Open the period in the ERP, or change the date, then replay.'),
  'check.duplicate': entry(
    'rejected',
    'duplicate',
    'Compare both documents in the source system; correct or ignore the one that is not wanted.',
  ),
  'check.failed': entry(
    'rejected',
    'data',
    'Correct the record in the source system, or change the check, then replay.',
  ),
  'check.failedApproval': entry('rejected', 'approval', 'Get the approval that is named, then replay.'),
  'check.failedDuplicate': entry(
    'rejected',
    'duplicate',
    'Compare the documents that are named; correct or ignore the one that is not wanted.',
  ),
  'check.failedMapping': entry(
    'rejected',
    'mapping',
    'Correct the mapping table that is named, publish it, then replay.',
  ),
  'check.failedPeriod': entry('rejected', 'period', 'Open the period in the ERP, or change the date, then replay.'),
  'check.failedVendor': entry('rejected', 'vendor', 'Correct or link the vendor that is named, then replay.'),
  'check.linesDontSum': entry(
    'rejected',
    'data',
    'Compare the lines with the header amount in the source system and correct what is wrong, then replay.',
  ),
  'check.requiredField': entry('rejected', 'data', 'Fill the field in the source system or map it, then replay.'),
  'check.unknownValue': entry('rejected', 'data', 'Create it in the ERP or correct its link, then replay the record.'),
  'check.unknownVendor': entry('rejected', 'vendor', 'Create or link the vendor in the ERP, then replay the record.'),

  // command line and workspace
  'cli.usage': entry('config', 'data', 'Run the command with --help to see what it takes.'),
  'workspace.conflict': entry('conflict', 'internal', 'Load the newer state and make the change again.'),
  'workspace.damaged': entry('config', 'internal', 'Correct the file in a text editor, or restore it from a backup.'),
  'workspace.locked': entry(
    'conflict',
    'internal',
    'Close the other Costwire that uses this workspace, then try again.',
  ),
  'workspace.notFound': entry('config', 'data', 'Name an existing workspace folder with --workspace.'),
  'workspace.readOnly': entry(
    'config',
    'permission',
    'Give yourself write access to the workspace folder, or copy it elsewhere.',
  ),
  'workspace.tooLarge': entry('config', 'data', 'Move the file out of the workspace folder, or make it smaller.'),

  // connections
  'connection.insecureAddress': entry(
    'config',
    'connection',
    'Use an https:// address; plain http is allowed on this machine only.',
  ),
  'connection.invalidField': entry('config', 'connection', 'Correct the field on the connection and ping it again.'),
  'connection.missingField': entry('config', 'connection', 'Fill the field on the connection and ping it again.'),
  'connection.notFound': entry('config', 'connection', 'Add the connection, or choose one that exists.'),
  'connection.noSignIn': entry(
    'config',
    'connection',
    'Choose a way to sign in on the connection that goes through the browser, and save it.',
  ),
  'connection.portInUse': entry(
    'config',
    'connection',
    'End the other sign-in or program that uses the port, or choose another port and register that redirect address too.',
  ),
  'connection.signInTimedOut': entry('auth', 'connection', 'Start the sign-in again and complete it in the browser.'),
  'connection.unbound': entry('config', 'connection', 'Choose a connection for this slot.'),
  'connection.unknownConnector': entry('config', 'connection', 'Choose one of the connectors that Costwire knows.'),
  'vault.damaged': entry('config', 'permission', 'Restore the vault file from a backup, or enter the secrets again.'),
  'vault.insecureKeyFile': entry('config', 'permission', 'Make the key file yours alone (chmod 600), then try again.'),
  'vault.locked': entry('config', 'permission', 'Provide the vault key, then try again.'),
  'vault.missingSecret': entry('config', 'connection', 'Enter the secret on the connection again.'),

  // data
  'data.badAmount': entry('rejected', 'data', 'Correct the amount in the source system, then replay.'),
  'data.badDate': entry('rejected', 'data', 'Correct the date in the source system, then replay.'),
  'data.badValue': entry('rejected', 'data', 'Correct the value in the source system, then replay.'),
  'data.tooLarge': entry('rejected', 'data', 'Shorten the value in the source system, then replay.'),

  // delivery
  'delivery.changedAfterPosting': entry(
    'conflict',
    'duplicate',
    'Compare both versions and correct the posted document in the ERP if needed.',
  ),
  'delivery.duplicateInTarget': entry(
    'conflict',
    'duplicate',
    'Open the document in the ERP and decide whether it is the same.',
  ),
  'delivery.goneFromSource': entry(
    'conflict',
    'approval',
    'Find out why it was deleted or hidden. If it is not owed, take the posted document back in the ERP. Then replay it: that posts nothing, and it is not held again.',
  ),
  'delivery.inDoubt': entry(
    'transient',
    'connection',
    'Run the flow again: Costwire first looks the document up in the target.',
  ),
  'delivery.duplicateKey': entry(
    'conflict',
    'duplicate',
    'Compare both records in the source system; correct or ignore the one that is not wanted.',
  ),
  'delivery.missingKey': entry('rejected', 'data', 'Fill the field in the source system or map it, then replay.'),
  'delivery.moved': entry('conflict', 'internal', 'Run the flow again; Costwire looks the document up first.'),
  'delivery.notSent': entry('transient', 'connection', 'Run the flow again: the target never received the document.'),
  'delivery.releaseFailed': entry(
    'rejected',
    'data',
    'The document is in the ERP but not released. Correct what the ERP names, then run the flow again or release it there.',
  ),
  'delivery.verifyFailed': entry('conflict', 'data', 'Compare the posting sheet with the document in the ERP.'),
  'delivery.withdrawnAfterPosting': entry(
    'conflict',
    'approval',
    'Find out why it was reopened. If it is not owed, take the posted document back in the ERP; otherwise have it approved again.',
  ),

  // files
  'files.ambiguous': entry(
    'config',
    'data',
    'Say what is meant on the connection, or for this file in costwire-files.json, then try again.',
  ),
  'files.badDescription': entry('config', 'data', 'Correct costwire-files.json in the folder, then try again.'),
  'files.badFile': entry('config', 'data', 'Correct the file, or save it again from the program that made it.'),
  'files.busy': entry('transient', 'connection', 'Close the file in the other program, then run the flow again.'),
  'files.duplicateKey': entry('rejected', 'duplicate', 'Correct the row in the file, then run the flow again.'),
  'files.foreignFile': entry(
    'config',
    'data',
    'Let the flow write to a file of its own, or save this one as CSV in UTF-8.',
  ),
  'files.notFound': entry('config', 'connection', 'Check the folder on the connection and the name of the file.'),
  'files.outsideFolder': entry('config', 'permission', 'Use a file that is in the folder of the connection.'),

  // flow documents
  'flow.clipboard': entry('config', 'data', 'Copy nodes in a flow first (Ctrl+C), then paste them here.'),
  'flow.cycle': entry('config', 'data', 'Remove one of the wires so that the flow runs from left to right.'),
  'flow.danglingWire': entry('config', 'data', 'Connect the wire to a node that exists, or remove it.'),
  'flow.duplicateId': entry('config', 'data', 'Give one of the files another id, or import it as a new flow.'),
  'flow.invalid': entry('config', 'data', 'Correct the flow file, or restore an earlier draft.'),
  'flow.missingConfig': entry('config', 'data', 'Fill the field in the inspector.'),
  'flow.newer': entry(
    'config',
    'data',
    'Open it with a newer version of Costwire. Here it can be read but not changed or run.',
  ),
  'flow.notFound': entry('config', 'data', 'Choose a flow of this workspace.'),
  'flow.notReady': entry('config', 'data', 'Correct what is named, then run the flow again.'),
  'flow.unknownField': entry('config', 'data', 'Choose a field that the record has.'),
  'flow.unknownNodeKind': entry(
    'config',
    'data',
    'Remove the node, or open the flow with a version of Costwire that knows it.',
  ),
  'flow.unknownResource': entry('config', 'data', 'Choose a resource that the connector offers.'),
  'flow.unreachable': entry('config', 'data', 'Connect the node, or remove it.'),

  // formulas
  'formula.limit': entry('config', 'data', 'Make the formula shorter or simpler, for instance by using two fields.'),
  'formula.runtime': entry(
    'rejected',
    'data',
    'Correct the input in the source system or handle the error with IFERROR, then replay.',
  ),
  'formula.syntax': entry('config', 'data', 'Correct the formula where it is marked.'),
  'formula.type': entry('config', 'data', 'Correct the formula where it is marked.'),

  // hosts
  'host.badInput': entry('config', 'data', 'Correct the fields that are named, then try again.'),
  'host.buildFailed': entry('defect', 'internal', 'Run npm run build, correct what it names, then start again.'),
  'host.lost': entry(
    'transient',
    'connection',
    'Wait a moment: Costwire connects again by itself. If it does not, start Costwire again.',
  ),
  'host.noDialogs': entry('config', 'internal', 'Choose the file in the window instead.'),
  'host.notAllowed': entry('auth', 'permission', 'Open Costwire by the address that its start has printed.'),
  'host.portInUse': entry('config', 'connection', 'Choose another port with --port, or close what uses it.'),

  // mapping tables
  'mapping.ambiguous': entry('config', 'mapping', 'Make one of the rows more specific or end its validity.'),
  'mapping.invalidTable': entry('config', 'mapping', 'Correct the rows that are named and import the table again.'),
  'mapping.proposed': entry(
    'rejected',
    'mapping',
    'Accept or reject the proposal on the Tables screen, or by “costwire table proposals”; then run again.',
  ),
  'mapping.unknownTable': entry('config', 'mapping', 'Import or create the table, then try again.'),
  'mapping.unmappedCode': entry(
    'mapping',
    'mapping',
    'Add a row for this code to the mapping table, publish it, then replay.',
  ),

  // money
  'money.badWeights': entry('config', 'data', 'Use weights that are not negative and not all zero.'),
  'money.currencyMismatch': entry(
    'rejected',
    'data',
    'Amounts in different currencies are never added; split the record by currency.',
  ),
  'money.notANumber': entry('rejected', 'data', 'Correct the amount in the source system, then replay.'),

  // practice company
  'practice.badFault': entry(
    'config',
    'data',
    'Write a fault as settings separated by semicolons, such as status=503;times=3;path=/requisitions.',
  ),
  'practice.damagedJournal': entry(
    'config',
    'internal',
    'Delete the file to start the simulator with fresh documents.',
  ),
  'practice.portTaken': entry('config', 'connection', 'Stop the program that uses the port, or choose another port.'),

  // comparing two systems
  'reconcile.differs': entry('rejected', 'data', 'Compare both documents and correct the one that is wrong.'),
  'reconcile.onlyOneSide': entry(
    'rejected',
    'data',
    'Create or link the document on the other side, or ignore it here.',
  ),

  // remote systems
  'remote.authFailed': entry('auth', 'connection', 'Check the sign-in details of the connection, then ping it.'),
  'remote.badResponse': entry('transient', 'connection', 'Check that the address is that of the API, then try again.'),
  'remote.conflict': entry('conflict', 'duplicate', 'Somebody changed the record meanwhile; run the flow again.'),
  'remote.forbidden': entry(
    'rejected',
    'permission',
    'Ask the administrator of the remote system for the permission that is named.',
  ),
  'remote.notFound': entry('rejected', 'data', 'Check that the record exists and that the connection may see it.'),
  'remote.outcomeUnknown': entry(
    'transient',
    'connection',
    'Run the flow again: Costwire first looks up whether the write arrived.',
  ),
  'remote.periodClosed': entry('rejected', 'period', 'Open the period in the ERP, or change the date, then replay.'),
  'remote.rateLimited': entry('transient', 'rateLimit', 'Nothing to do: Costwire waits and goes on.'),
  'remote.rejected': entry('rejected', 'data', 'Correct what the remote system names, then replay.'),
  'remote.sessionLimit': entry(
    'transient',
    'rateLimit',
    'Sign other API users out, or raise the licence limit in the ERP.',
  ),
  'remote.timeout': entry(
    'transient',
    'connection',
    'Run the flow again; if it persists, check the network and the remote system.',
  ),
  'remote.unavailable': entry(
    'transient',
    'connection',
    'Run the flow again later; if it persists, check the remote system.',
  ),
  'remote.unreachable': entry('transient', 'connection', 'Check the address on the connection and the network.'),
  'remote.wrongCompany': entry('config', 'connection', 'Correct the company on the connection, then ping it.'),
  'remote.wrongVersion': entry('config', 'connection', 'Choose one of the versions that the remote system offers.'),

  // replay
  'replay.fieldFixed': entry('config', 'data', 'Change it in the source system, or override another field.'),
  'replay.flowGone': entry('config', 'data', 'Replay with the flow as it is now.'),
  'replay.noRecord': entry('config', 'data', 'Choose the record, or leave the override out.'),
  'replay.nothing': entry('config', 'data', 'Choose another status, reason or record.'),
  'replay.payloadGone': entry('config', 'data', 'Run the flow from the beginning; it reads the records again.'),
  'replay.reasonMissing': entry('config', 'approval', 'Say who changes it and why.'),

  // runs and store
  'run.cancelled': entry(
    'cancelled',
    'unknown',
    'Start the run again when you are ready; what was posted is not posted again.',
  ),
  'run.interrupted': entry(
    'transient',
    'internal',
    'Run the flow again: what was posted is not posted again, and the rest follows. Until then a record of several documents may read better than it is where the run had not yet reached all of them.',
  ),
  'run.notFound': entry('config', 'data', 'Choose a run of this workspace.'),
  'store.damaged': entry('config', 'internal', 'Restore a backup of the workspace database.'),
  'store.failed': entry('config', 'internal', 'Check the disk of the workspace, then run the flow again.'),
  'store.full': entry('config', 'internal', 'Free disk space, then run the flow again; nothing was lost.'),
  'store.migrationChanged': entry('defect', 'internal', 'Install the released version of Costwire again.'),
  'store.newer': entry('config', 'internal', 'Open the workspace with the newer version of Costwire that wrote it.'),
  'template.invalid': entry('config', 'data', 'Ask for the template again, or correct the file.'),
  'template.secretFound': entry('config', 'permission', 'Remove the secret from the flow, then export again.'),
  'watermark.notFound': entry('config', 'data', 'Name a read node of the flow.'),

  'internal.defect': entry(
    'defect',
    'internal',
    'This is a fault of Costwire. Copy the report and send it to support.',
  ),
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof catalogue;
