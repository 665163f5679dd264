/** What the simulated tenant is made of, as its rules see it. */
import type { Fields } from '../../../engine/model/record.ts';
import type { ContractEntity } from './contract.ts';
import type { Database } from './database.ts';
import type { SeedPayment } from './seed.ts';

/** Preferences and undocumented behaviours that tests and faults switch. Defaults are what the reference sheet holds most likely. */
export interface Profile {
  /** AP preference "Require Vendor Reference". */
  requireVendorRef: boolean;
  /** AP preference "Raise an Error On Duplicate Vendor Reference Number"; off: duplicates are accepted silently. */
  refuseDuplicateVendorRef: boolean;
  /** AP preference "Hold documents on entry", for bills that do not say. */
  holdOnEntry: boolean;
  /** Approval map for bills. */
  approvals: boolean;
  /** Change order workflow of projects; off: none takes change orders, whatever it says itself. */
  changeOrderWorkflow: boolean;
  retainage: boolean;
  /** Voiding a payment makes a document that has to be released; otherwise the payment is voided at once. */
  voidNeedsRelease: boolean;
  /** GL preference that lets documents be posted to closed periods. */
  postToClosedPeriods: boolean;
  /** Last day that has currency rates; without it every day has some. */
  ratesUntil: string | undefined;
  /** Subaccounts of lines: kept as sent, overwritten by the mask of the preferences, or refused by the segment's values. */
  subaccounts: 'keep' | 'mask' | 'refuse';
  /** The fields of customization projects are there; an upgrade or a publication can take them away. */
  ownFields: boolean;
  /** Vendors whose restriction groups the user is not in; they and their documents are invisible. */
  hiddenVendors: ReadonlySet<string>;
  /** Documents of other branches than the request's are invisible. */
  branchRows: boolean;
  /** Answer of a URL that leads nowhere. */
  notFoundBody: 'json' | 'html' | 'empty';
  entityListShape: 'object' | 'array';
  unknownField: 'refuse' | 'ignore';
  /** How the licence says that no API-user slot is left. */
  sessionLimitBody: '429-text' | '429-json' | '429-html' | '500-html';
  maxApiUsers: number;
  /** Entities that are switched off or not permitted: 403. */
  forbidden: ReadonlySet<string>;
  shuffleLists: boolean;
  poFilterFalseEmpty: boolean;
  /** Polls of a long-running operation before it is done. */
  pollsUntilDone: number;
  /** Sent as Retry-After with every 202; none by default, for none is documented. */
  pollEverySeconds: number | undefined;
  /** Operations never end. */
  stuckOperations: boolean;
  /** Operations fail after they were started. */
  failingOperations: boolean;
  /** File Upload Preferences (form SM202550): the largest file in bytes, and the endings that are allowed. */
  largestFile: number;
  allowedFileTypes: ReadonlySet<string>;
  /** Largest body the web server in front lets through; it answers with a page of its own. */
  largestRequest: number;
  /** Lines the licence permits in one document (form SM604000). */
  mostLines: number;
  /** Pads segmented and vendor ids to their full length in answers. */
  padKeys: boolean;
}

/** The profile of a healthy, permissive tenant. */
export const defaultProfile = (): Profile => ({
  requireVendorRef: false,
  refuseDuplicateVendorRef: false,
  holdOnEntry: true,
  approvals: false,
  changeOrderWorkflow: true,
  retainage: true,
  voidNeedsRelease: false,
  postToClosedPeriods: false,
  ratesUntil: undefined,
  subaccounts: 'keep',
  ownFields: true,
  hiddenVendors: new Set(),
  branchRows: false,
  notFoundBody: 'html',
  entityListShape: 'object',
  unknownField: 'refuse',
  sessionLimitBody: '429-text',
  maxApiUsers: 2,
  forbidden: new Set(),
  shuffleLists: false,
  poFilterFalseEmpty: false,
  pollsUntilDone: 1,
  pollEverySeconds: undefined,
  stuckOperations: false,
  failingOperations: false,
  largestFile: 25_000 * 1024,
  allowedFileTypes: new Set(
    'bmp csv doc docx eml gif jpeg jpg msg ods odt pdf png ppt pptx rtf tif tiff txt xls xlsx xml zip'.split(' '),
  ),
  largestRequest: 30_000_000,
  mostLines: 1000,
  padKeys: false,
});

/** A tenant with its data and settings. */
export interface World {
  database: Database;
  profile: Profile;
  /** Login name of the tenant, such as `Acme Live`. */
  tenant: string;
  company: string;
  baseCurrency: string;
  branches: readonly { id: string; name: string }[];
  /** Currencies with a rate. */
  currencies: ReadonlySet<string>;
  /** Inventory items: whether they are stocked, and the expense account they bring. */
  items: ReadonlyMap<string, { stock: boolean; account: string }>;
  /** False for a tenant in which nothing is set up. */
  isSetUp: boolean;
  now: () => number;
  /** Payments that wait for their bills. */
  payments: readonly SeedPayment[];
}

/** Context of one save. */
export interface SaveContext {
  world: World;
  contract: ReadonlyMap<string, ContractEntity>;
  errors: FieldErrors;
  isNew: boolean;
  previous: Fields | undefined;
  /** Names that the request carried at top level. */
  sent: ReadonlySet<string>;
  branch: string;
  /** `YYYY-MM-DD` */
  businessDate: string;
}

/** Validation problems by path: `Vendor`, `Details.0.Account`, or empty for the record as a whole. */
export class FieldErrors {
  readonly byPath = new Map<string, string>();

  add(path: string, message: string): void {
    if (!this.byPath.has(path)) this.byPath.set(path, message);
  }

  get isEmpty(): boolean {
    return this.byPath.size === 0;
  }
}

/** Business rules of an entity: complete, check and calculate a draft before it is saved. Changes the draft. */
export type EntityRules = (draft: Fields, context: SaveContext) => void;
