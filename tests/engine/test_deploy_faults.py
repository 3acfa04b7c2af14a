"""What really goes wrong: publishers killed at random points, full disks, hosts that refuse, over ssh and locally."""



