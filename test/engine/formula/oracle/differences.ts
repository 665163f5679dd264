/** Where we part from Calc on purpose. `ours` and `calc` are what the answers look like; each entry must be met by the corpus. */
export interface DeliberateDifference {
  formula: RegExp;
  calc: RegExp;
  ours: RegExp;
  reason: string;
}

export const deliberate: readonly DeliberateDifference[] = [
  {
    formula: /^=ISLOGICAL\(/,
    calc: /^bFALSE$/,
    ours: /^true$/,
    reason: 'Calc keeps TRUE and FALSE as numbers with a format; as in Excel, they are a type of their own here.',
  },
  {
    formula: /^=CODE\(/,
    calc: /^n0$/,
    ours: /^#VALUE!/,
    reason: 'An empty text has no first character: #VALUE! as in Excel, where Calc gives 0.',
  },
  {
    formula: /NUMBERVALUE\("[^"]*"\)/,
    calc: /^e/,
    ours: /^"-?[\d.]+"$/,
    reason: 'Calc 7 needs the decimal sign, and does not read currency signs and accountants’ brackets; Excel does.',
  },
  {
    formula: /^=TEXT\(.*"#\.##"\)/,
    calc: /^t-?\d+$/,
    ours: /\."$/,
    reason: 'The point of a format is always written, as in Excel; Calc leaves it out before no decimals.',
  },
  {
    formula: /MROUND\(/,
    calc: /^n/,
    ours: /^#NUM! Number and multiple have different signs/,
    reason: 'Different signs are #NUM! as in Excel; Calc rounds all the same.',
  },
  {
    formula: /^=POWER\(|\^/,
    calc: /^n1$/,
    ours: /^#NUM! 0\^0/,
    reason: '0^0 is #NUM! as in Excel; Calc gives 1.',
  },
  {
    formula: /^=RANK\(/,
    calc: /^n/,
    ours: /^#N\/A/,
    reason: 'A number that is not in the list has no rank: #N/A as in Excel; Calc ranks it where it would stand.',
  },
  {
    formula: /^=COUNTIF\(\[ds\],">="&/,
    calc: /^n5$/,
    ours: /^"0"$/,
    reason: 'Dates are no numbers: a criterion with a number never meets a date.',
  },
  {
    formula: /^=MATCH\(\[c\],\{/,
    calc: /^n6$/,
    ours: /^"3"$/,
    reason: 'A blank is looked for as 0, as in Excel; Calc places it behind all numbers of a written list.',
  },
  {
    formula: /WEEKNUM\(.*,(21|15)\)/,
    calc: /^n\d+$/,
    ours: /^"\d+"$/,
    reason:
      'Calc 7 reads any system but 1 of an Excel formula as weeks from Monday; ISO weeks are compared through ISOWEEKNUM.',
  },
  {
    formula: /^=MAX\(IFS?\(/,
    calc: /^n/,
    ours: /^#VALUE! Numbers or dates are needed/,
    reason: 'A text or FALSE among the numbers is an error instead of being passed over.',
  },
  {
    formula: /\)\+-2\.5$/,
    calc: /^n\d+\.5$/,
    ours: /^#VALUE! Only whole days/,
    reason: 'A date has no time: adding half a day to it is an error.',
  },
];
