//! Unsupported engine version of a cache cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// A cache engine is `memcached`, `redis` or `valkey`, in a version that ElastiCache offers.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElastiCache::CacheCluster
    ///     Properties:
    ///       Engine: redis
    ///       CacheNodeType: cache.t4g.micro
    ///       NumCacheNodes: 1
    ///       EngineVersion: '1.0'
    /// ```
    ///
    /// ## Fix
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElastiCache::CacheCluster
    ///     Properties:
    ///       Engine: redis
    ///       CacheNodeType: cache.t4g.micro
    ///       NumCacheNodes: 1
    ///       EngineVersion: '7.1'
    /// ```
    E3695: error "unsupported engine version of a cache cluster",
    on: On::Extension,
}
