/** Icons of node kinds by the names their declarations use. An unknown name gets the plain box. */
import {
  IconArrowMerge,
  IconArrowsJoin,
  IconArrowsSplit,
  IconBox,
  IconBuildingBank,
  IconBulb,
  IconCalculator,
  IconCloudDownload,
  IconCloudUpload,
  IconCopyX,
  IconDatabaseExport,
  IconDatabaseImport,
  IconDownload,
  IconFilter,
  IconFlag,
  IconGitMerge,
  IconHandStop,
  IconListCheck,
  IconNote,
  IconQuestionMark,
  IconScale,
  IconSeparatorHorizontal,
  IconShieldCheck,
  IconSortAscending,
  IconStack2,
  IconTableAlias,
  IconTransform,
  IconUpload,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';

const icons: Readonly<Record<string, TablerIcon>> = {
  'arrow-merge': IconArrowMerge,
  'arrows-join': IconArrowsJoin,
  'arrows-split': IconArrowsSplit,
  box: IconBox,
  'building-bank': IconBuildingBank,
  bulb: IconBulb,
  calculator: IconCalculator,
  'cloud-download': IconCloudDownload,
  'cloud-upload': IconCloudUpload,
  'copy-x': IconCopyX,
  flag: IconFlag,
  'database-export': IconDatabaseExport,
  'database-import': IconDatabaseImport,
  download: IconDownload,
  filter: IconFilter,
  'git-merge': IconGitMerge,
  'hand-stop': IconHandStop,
  'list-check': IconListCheck,
  note: IconNote,
  scale: IconScale,
  'separator-horizontal': IconSeparatorHorizontal,
  'shield-check': IconShieldCheck,
  'sort-ascending': IconSortAscending,
  'stack-2': IconStack2,
  'table-alias': IconTableAlias,
  transform: IconTransform,
  upload: IconUpload,
};

/** The icon of a node kind; unknown kinds show a question mark. */
export function NodeIcon({ name, size = 18 }: { name: string | undefined; size?: number }): ReactNode {
  const Icon = name === undefined ? IconQuestionMark : (icons[name] ?? IconBox);
  return <Icon size={size} stroke={1.6} aria-hidden="true" />;
}
