//! Unknown node type of a cache cluster. The check is a schema.

use crate::rules::definition::On;

rule! {
    /// The node type of a cache cluster must be one that AWS offers. The list comes from the price lists for us-east-1.
    ///
    /// ## Mistake
    ///
    /// ```yaml
    /// Resources:
    ///   It:
    ///     Type: AWS::ElastiCache::CacheCluster
    ///     Properties:
    ///       Engine: redis
    ///       CacheNodeType: cache.t9.huge
    ///       NumCacheNodes: 1
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
    /// ```
    E3647: error "unknown node type of a cache cluster",
    on: On::Extension,
}
