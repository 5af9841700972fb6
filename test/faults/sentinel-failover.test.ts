import { describe } from '@jest/globals';
import { TestSentinels } from '../redis/sentinel.ts';
import { failoverSuite } from './failover-suite.ts';

describe('under Sentinels', () => failoverSuite('sentinels', () => TestSentinels.start()));
