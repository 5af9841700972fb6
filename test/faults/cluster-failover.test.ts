import { describe } from '@jest/globals';
import { TestCluster } from '../redis/cluster.ts';
import { failoverSuite } from './failover-suite.ts';

describe('in a Redis Cluster', () => failoverSuite('cluster', () => TestCluster.start({ replicas: 2 })));
