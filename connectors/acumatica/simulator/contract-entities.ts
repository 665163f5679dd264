/** The entities of the Default endpoint as tables; see `contract.ts` for the notation and the source. */
import type { EntityTable } from './contract.ts';

const stamp = 'LastModifiedDateTime:T!';

/** Accounts payable: bills, payments, vendors. */
const payables: Readonly<Record<string, EntityTable>> = {
  Bill: {
    screen: 'AP301000',
    graph: 'PX.Objects.AP.APInvoiceEntry',
    keys: 'Type ReferenceNbr',
    fields: `Type:S ReferenceNbr:S Vendor:S LocationID:S VendorRef:S Date:T PostPeriod:S DueDate:T Terms:S Description:S CurrencyID:S
      BranchID:S CashAccount:S ApprovedForPayment:B Hold:B Status:S! Amount:D! Balance:D! TaxTotal:D! IsTaxValid:B@!22 Project:S ${stamp}`,
    custom: `Document.RetainageApply:B Document.IsRetainageDocument:B Document.PaymentsByLinesAllowed:B Document.CuryLineRetainageTotal:D
      Document.UsrProcoreId:S CurrentDocument.DefRetainagePct:D CurrentDocument.CuryRetainageTotal:D CurrentDocument.CuryRetainageUnreleasedAmt:D
      CurrentDocument.CuryRetainageReleased:D CurrentDocument.CuryOrigDocAmtWithRetainageTotal:D CurrentDocument.OrigRefNbr:S
      CurrentDocument.RetainageAcctID:S CurrentDocument.RetainageSubID:S CurrentDocument.TaxZoneID:S CurrentDocument.UsrProcoreId:S
      Document.UsrApprovedOn:T Document.UsrHoldback:D Document.AttributeREGION:S`,
    lists: {
      Details: {
        rowKey: 'LineNbr',
        fields: `InventoryID:S Account:S Subaccount:S Branch:S Project:S ProjectTask:S CostCode:S Qty:D UOM:S UnitCost:D ExtendedCost:D Amount:D!
          TransactionDescription:S Description:S! TaxCategory:S NonBillable:B POOrderType:S POOrderNbr:S POLine:I POReceiptType:S POReceiptNbr:S
          POReceiptLine:I LCType:S@24 LCNbr:S@24 LCLineNbr:I@24 CalculateDiscountsOnImport:B`,
        custom: `Transactions.RetainagePct:D Transactions.CuryRetainageAmt:D Transactions.CuryRetainageBal:D Transactions.SubcontractNbr:S
          Transactions.SubcontractLineNbr:I Transactions.LineNbr:I Transactions.Box1099:S Transactions.DeferredCode:S Transactions.UsrProcoreId:S Transactions.UsrIsChange:B`,
      },
      TaxDetails: { fields: 'TaxID:S TaxRate:D TaxableAmount:D TaxAmount:D' },
      Applications: { fields: 'DocType:S! ReferenceNbr:S! AmountPaid:D! Balance:D! Status:S!' },
      RetainageDocuments: {
        since: 25,
        fields:
          'Type:S! ReferenceNbr:S! VendorRef:S! Date:T! PostPeriod:S! Description:S! PaymentMethod:S! Amount:D! Balance:D! Status:S!',
      },
    },
    actions: 'ReleaseBill ReverseBill ReleaseRetainage@23 Approve Reject',
    unoptimizable: 'Applications',
  },
  Check: {
    screen: 'AP302000',
    graph: 'PX.Objects.AP.APPaymentEntry',
    keys: 'Type ReferenceNbr',
    fields: `Type:S ReferenceNbr:S Vendor:S ApplicationDate:T CashAccount:S PaymentMethod:S PaymentRef:S CurrencyID:S PaymentAmount:D
      UnappliedBalance:D! Description:S Hold:B Status:S! ${stamp}`,
    custom: 'Document.UsrBankBatch:S Document.UsrProcoreId:S',
    lists: {
      Details: { fields: 'DocType:S ReferenceNbr:S DocLineNbr:I AmountPaid:D Balance:D! CashDiscountBalance:D!' },
      History: {
        fields:
          'DocType:S! ReferenceNbr:S! VendorRef:S! AmountPaid:D! Balance:D! CashDiscountBalance:D! CashDiscountTaken:D!',
      },
    },
    actions: 'ReleaseCheck VoidCheck',
    unoptimizable: 'History',
  },
  Vendor: {
    screen: 'AP303000',
    graph: 'PX.Objects.AP.VendorMaint',
    view: 'BAccount',
    keys: 'VendorID',
    fields: `VendorID:S VendorName:S LegalName:S@22 VendorClass:S Status:S Terms:S PaymentMethod:S CashAccount:S CurrencyID:S CurrencyRateType:S
      EnableCurrencyOverride:B EnableRateOverride:B APAccount:S APSubaccount:S TaxZone:S TaxRegistrationID:S AccountRef:S ParentAccount:S
      F1099Vendor:B F1099Box:S FATCA:B ForeignEntity:B VendorIsLaborUnion:B VendorIsTaxAgency:B LocationName:S ReceiptAction:S PaySeparately:B
      PaymentLeadTimedays:I CreatedDateTime:T! ${stamp}`,
    custom:
      'BAccount.UsrProcoreId:S BAccount.AttributeW9:B CurrentVendor.RetainageApply:B CurrentVendor.RetainagePct:D',
    links: {
      MainContact: 'Email:S Phone1:S Phone1Type:S Attention:S FirstName:S LastName:S WebSite:S',
      'MainContact/Address': 'AddressLine1:S AddressLine2:S City:S State:S PostalCode:S Country:S',
    },
    lists: { Attributes: { fields: 'AttributeID:S AttributeDescription:S! Value:S Required:B!' } },
    actions: 'CreateContactFromVendor@23',
  },
};

/** General ledger. */
const ledger: Readonly<Record<string, EntityTable>> = {
  Account: {
    screen: 'GL202500',
    view: 'AccountRecords',
    keys: 'AccountCD',
    fields: `AccountCD:S AccountID:I! Description:S Type:S AccountClass:S AccountGroup:S Active:B CashAccount:B CurrencyID:S PostOption:S RequireUnits:B
      Secured:B TaxCategory:S UseDefaultSubaccount:B ConsolidationAccount:S ChartOfAccountsOrder:I RevaluationRateType:S CreatedDateTime:T! ${stamp}`,
    custom: 'AccountRecords.UsrProcoreCode:S',
  },
  Subaccount: {
    screen: 'GL203000',
    view: 'SubRecords',
    keys: 'SubaccountCD',
    fields: 'SubaccountCD:S SubaccountID:I! Description:S Active:B Secured:B',
  },
  AccountGroup: {
    screen: 'PM201000',
    view: 'AccountGroup',
    keys: 'AccountGroupID',
    fields: `AccountGroupID:S Type:S Description:S Active:B Expense:B DefaultAccountID:S SortOrder:I LastModifiedDateTime:T!@23`,
  },
  JournalTransaction: {
    screen: 'GL301000',
    graph: 'PX.Objects.GL.JournalEntry',
    view: 'BatchModule',
    keys: 'Module BatchNbr',
    fields: `Module:S BatchNbr:S BranchID:S LedgerID:S CurrencyID:S TransactionDate:T PostPeriod:S Description:S Hold:B Status:S! CreatedDateTime:T! ${stamp}`,
    custom: 'BatchModule.UsrSource:S',
    lists: {
      Details: {
        rowKey: 'LineNbr',
        fields: `LineNbr:I BranchID:S Account:S Subaccount:S DebitAmount:D CreditAmount:D Qty:D UOM:S Project:S ProjectTask:S CostCode:S ReferenceNbr:S
          TransactionDescription:S Description:S! NonBillable:B IsNonPM:B VendorOrCustomer:S! ProjectTransactionID:I!`,
        custom: 'GLTranModuleBatNbr.UsrArea:S',
      },
    },
    actions: 'ReleaseJournalTransaction',
  },
  CompanyFinancialPeriod: {
    screen: 'GL201100',
    view: 'FiscalYear',
    keys: 'Company FinancialYear',
    fields: 'Company:S FinancialYear:S StartDate:T NbrOfPeriods:I',
    lists: {
      Details: {
        fields: `FinancialPeriodID:S PeriodNbr:S Description:S StartDate:T EndDate:T LengthInDays:I Status:S AdjustmentPeriod:B ClosedInAP:B ClosedInAR:B
          ClosedInCA:B ClosedInFA:B ClosedInIN:B`,
      },
    },
  },
  CompaniesStructure: {
    screen: 'CS401000',
    view: 'Filter',
    keys: '',
    fields: '',
    lists: {
      Results: {
        fields: 'CompanyID:S! CompanyName:S! CompanyType:S! BranchID:S! BranchName:S! BranchStatus:B! CompanyStatus:B!',
      },
    },
  },
};

/** Projects and what is ordered for them. */
const projects: Readonly<Record<string, EntityTable>> = {
  CostCode: {
    screen: 'PM209500',
    view: 'Items',
    keys: 'CostCodeID',
    fields: `CostCodeID:S Description:S ${stamp}`,
    custom: 'Items.UsrDivision:S',
  },
  Project: {
    screen: 'PM301000',
    graph: 'PX.Objects.PM.ProjectEntry',
    view: 'Project',
    keys: 'ProjectID',
    fields: `ProjectID:S Description:S Customer:S Status:S! Hold:B ProjectTemplateID:S ExternalRefNbr:S Income:D! Expenses:D! Assets:D! Liabilities:D! ${stamp}`,
    custom: 'Project.UsrProcoreId:S Project.AttributeREGION:S Project.UsrContractValue:D',
    links: {
      ProjectProperties:
        'StartDate:T EndDate:T ProjectManager:S ProjectCurrency:S@23 ChangeOrderWorkflow:B CostBudgetLevel:S@23 RevenueBudgetLevel:S@23',
      Retainage: 'RetainageMode:S@23 RetainagePct:D@23 CapPct:D@23',
    },
    lists: { Attributes: { fields: 'AttributeID:S AttributeDescription:S! Value:S Required:B!' } },
    actions: 'ActivateProject@22 HoldProject@22 CompleteProject@22 SuspendProject@22 CancelProject@22',
  },
  ProjectTask: {
    screen: 'PM302000',
    graph: 'PX.Objects.PM.ProjectTaskEntry',
    view: 'Task',
    keys: 'ProjectID ProjectTaskID',
    fields: `ProjectID:S ProjectTaskID:S Description:S Status:S! Default:B ExternalRefNbr:S ${stamp}`,
    custom: 'Task.UsrPhase:I',
    links: {
      Properties: 'StartDate:T EndDate:T PlannedStartDate:T PlannedEndDate:T CompletionMethod:S Completed:D Approver:S',
      DefaultValues:
        'DefaultAccount:S DefaultSubaccount:S DefaultCostAccount:S@22 DefaultCostSubaccount:S@22 AccrualAccount:S AccrualSubaccount:S TaxCategory:S',
      VisibilitySettings: 'AP:B AR:B GL:B PO:B IN:B SO:B CA:B CRM:B Expenses:B TimeEntries:B',
    },
    actions: 'ActivateProjectTask@22 HoldProjectTask@22 CompleteProjectTask@22 CancelProjectTask@22',
  },
  PurchaseOrder: {
    screen: 'PO301000',
    graph: 'PX.Objects.PO.POOrderEntry',
    keys: 'Type OrderNbr',
    fields: `Type:S OrderNbr:S VendorID:S Location:S VendorRef:S Date:T PromisedOn:T Description:S Branch:S Project:S Terms:S CurrencyID:S
      ControlTotal:D LineTotal:D! TaxTotal:D! OrderTotal:D! VendorTaxZone:S IsTaxValid:B@22 Owner:S Hold:B Status:S! ${stamp}`,
    custom: 'Document.UsrProcoreId:S',
    lists: {
      Details: {
        rowKey: 'LineNbr',
        fields: `LineNbr:I LineType:S InventoryID:S LineDescription:S Description:S! OrderQty:D OrderedQty:D!@22 UOM:S UnitCost:D ExtendedCost:D Account:S
          Subaccount:S BranchID:S Project:S ProjectTask:S CostCode:S TaxCategory:S WarehouseID:S Promised:T Requested:T QtyOnReceipts:D!
          ReceivedAmount:D! Completed:B Cancelled:B OrderType:S! OrderNbr:S!`,
        custom: 'Transactions.UsrProcoreId:S',
      },
    },
  },
  Subcontract: {
    screen: 'SC301000',
    graph: 'PX.Objects.CN.Subcontracts.SC.Graphs.SubcontractEntry',
    since: 23,
    keys: 'SubcontractNbr',
    fields: `SubcontractNbr:S VendorID:S Location:S VendorRef:S Date:T StartDate:T Description:S Branch:S Terms:S CurrencyID:S ControlTotal:D LineTotal:D!
      DiscountTotal:D! TaxTotal:D! RetainageTotal:D! SubcontractTotal:D! ApplyRetainage:B RetainagePct:D DoNotPrint:B DoNotEmail:B Printed:B!
      Emailed:B! VendorTaxZone:S Owner:S Status:S! ${stamp}`,
    custom: 'Document.UsrProcoreId:S',
    lists: {
      Details: {
        rowKey: 'LineNbr',
        fields: `LineNbr:I InventoryID:S LineDescription:S Description:S! OrderQty:D UOM:S UnitCost:D ExtendedCost:D Amount:D! Account:S Subaccount:S
          BranchID:S Project:S Task:S CostCode:S TaxCategory:S RetainagePct:D RetainageAmount:D PrepaidQty:D! PrepaidAmount:D! DiscountPct:D
          DiscountAmount:D Requested:T StartDate:T Completed:B Canceled:B Closed:B! OrderType:S! OrderNbr:S!`,
        custom: 'Transactions.UsrProcoreId:S',
      },
    },
    actions: 'ReleaseFromHold PutOnHold',
  },
  ChangeOrder: {
    screen: 'PM308000',
    graph: 'PX.Objects.PM.ChangeOrderEntry',
    keys: 'RefNbr',
    fields: `RefNbr:S Class:S ProjectID:S Customer:S! ChangeDate:T CompletionDate:T Description:S DetailedDescription:S ExternalRefNbr:S
      OriginalCORefNbr:S RevenueChangeNbr:S ContractTimeChangeDays:I Hold:B Status:S! ReverseStatus:S! RevenueBudgetChangeTotal:D!
      CostBudgetChangeTotal:D! CommitmentsChangeTotal:D! GrossMargin:D! GrossMarginAmount:D! ${stamp}`,
    custom: 'Document.UsrProcoreId:S',
    lists: {
      CostBudget: {
        fields:
          'ProjectTaskID:S AccountGroup:S CostCode:S InventoryID:S Description:S Qty:D UOM:S UnitRate:D Amount:D RevisedBudgetedAmount:D!',
      },
      RevenueBudget: {
        fields:
          'ProjectTaskID:S AccountGroup:S CostCode:S InventoryID:S Description:S Qty:D UOM:S UnitRate:D Amount:D RevisedBudgetedAmount:D!',
      },
      Commitments: {
        fields: `POType:S@22 PONbr:S POLineNbr:I Vendor:S ProjectTaskID:S CostCode:S Account:S InventoryID:S Description:S LineDescription:S! Qty:D UOM:S
          UnitCost:D Amount:D AmountinBaseCurrency:D! CurrencyID:S LineAmount:D! OrderQty:D! OpenQty:D! OrderDate:T! PotentiallyRevisedQty:D!
          PotentiallyRevisedAmount:D! Status:S!`,
        custom: 'Details.RetainagePct:D Details.RetainageAmt:D Details.UsrReason:S',
      },
    },
    actions:
      'ReleaseChangeOrder ApproveChangeOrder RejectChangeOrder HoldChangeOrder@22 RemoveChangeOrderFromHold@22 ReverseChangeOrder',
  },
};

/** All entities of the Default endpoint. */
export const entityTables: Readonly<Record<string, EntityTable>> = { ...payables, ...ledger, ...projects };

/** Versions of Default that a current build serves side by side. */
export const servedVersions = ['20.200.001', '22.200.001', '23.200.001', '24.200.001', '25.200.001'] as const;
