"""The reference back office (参考业务系统): an ordinary receiver of the forwarding contract."""
